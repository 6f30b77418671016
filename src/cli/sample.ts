import { Command } from 'commander';
import type { CopiedSpan } from '../core/generation/memorisation';
import type { WorkerChannel } from '../protocol/thread';
import type { SampleResult } from '../protocol/worker';
import { findRun, numberOption, RUN, withJson, withRuns, withWorker } from './session';
import { faint, figure, openOutput, percent, whole, type Output } from './terminal';

interface SampleFlags {
  prompt?: string;
  length: number;
  temperature: number;
  topK?: number;
  topP?: number;
  stop?: string;
  count: number;
  seed?: number;
  label?: string;
  beam?: number;
  lengthPower?: number;
  probabilities?: boolean;
  copied?: boolean;
  runs: string;
  json?: boolean;
}

export function sampleCommand(): Command {
  const command = new Command('sample')
    .description("write text with a run's best model, or forecast a series")
    .argument('<run>', RUN)
    .option('--prompt <text>', 'text to continue')
    .option('--length <n>', 'tokens to write, or steps to forecast', numberOption('--length', 1, 10_000_000, true), 500)
    .option('--temperature <t>', '0 takes the most probable token', numberOption('--temperature', 0, 100), 0.8)
    .option('--top-k <k>', 'only the k most probable tokens', numberOption('--top-k', 0, 1_000_000, true))
    .option('--top-p <p>', 'only the most probable tokens that add up to p', numberOption('--top-p', 1e-6, 1))
    .option('--stop <text>', 'end where the model writes this')
    .option('--count <n>', 'how many texts', numberOption('--count', 1, 10_000, true), 1)
    .option('--seed <n>', 'repeat the same choices', numberOption('--seed', 0, 0xffffffff, true))
    .option('--label <label>', 'what a label-to-sequence model writes about')
    .option(
      '--beam <b>',
      'search the most probable texts with so many side by side',
      numberOption('--beam', 1, 1000, true),
    )
    .option(
      '--length-power <a>',
      'with --beam: rank by log-probability / length^a (default: 0.6)',
      numberOption('--length-power', 0, 10),
    )
    .option('--probabilities', 'tell what the model gave each token')
    .option('--copied', 'tell the longest span that stands in the training text word for word');
  return withJson(withRuns(command)).action(sample);
}

async function sample(run: string, flags: SampleFlags): Promise<void> {
  const { runs, json, copied, ...options } = flags;
  const output = openOutput(json === true);
  const folder = await findRun(run, runs);
  await withWorker({ role: 'predict' }, async ({ channel }) => {
    const controller = new AbortController();
    process.once('SIGINT', () => controller.abort());
    streamTo(channel, output, options.prompt ?? '');
    const result = await channel.request('sample', { id: 'cli', run: folder, ...options }, controller.signal);
    output.say('');
    for (const index of result.texts.keys()) {
      const span = copied
        ? await channel.request('memorisation', { run: folder, text: result.texts[index] }, controller.signal)
        : undefined;
      tell(result, index, span, output, { run: folder, prompt: options.prompt ?? '' });
    }
  });
}

/** Text appears as it is written. */
function streamTo(channel: WorkerChannel, output: Output, prompt: string): void {
  let current = -1;
  channel.onNotification('sampled', ({ sample: index, text }) => {
    if (output.json) return;
    if (index !== current) process.stdout.write((index > 0 ? '\n\n' : '') + faint(prompt));
    current = index;
    process.stdout.write(text);
  });
}

function tell(
  { texts, labels, scores, tokens }: SampleResult,
  index: number,
  span: CopiedSpan | null | undefined,
  output: Output,
  about: { run: string; prompt: string },
): void {
  output.emit({
    ...{ run: about.run, sample: index, prompt: about.prompt, text: texts[index] },
    ...{ label: labels?.[index], ...scores?.[index], tokens: tokens?.[index], copied: span },
  });
  const facts: string[] = [];
  if (labels) facts.push(`label ${labels[index]}`);
  if (scores) facts.push(`log-probability ${figure(scores[index].logProbability, 3)}`);
  if (span === null) facts.push('nothing of it stands in the training text');
  if (span) {
    facts.push(
      `the longest span that stands in the training text has ${whole(span.length)} characters (line ${whole(span.sourceLine)}): ${JSON.stringify(span.text)}`,
    );
  }
  if (tokens) facts.push(tokens[index].map(({ token, probability }) => `${token} ${percent(probability)}`).join(' · '));
  if (facts.length > 0) output.say(`Text ${index + 1}: ${facts.join('; ')}.`);
}
