import { Command } from 'commander';
import { findRun, numberOption, withJson, withRuns, withWorker } from './session';
import { faint, openOutput } from './terminal';

interface SampleFlags {
  prompt?: string;
  length: number;
  temperature: number;
  topK?: number;
  topP?: number;
  stop?: string;
  count: number;
  seed?: number;
  checkpoint?: 'best' | 'last';
  runs: string;
  json?: boolean;
}

export function sampleCommand(): Command {
  const command = new Command('sample')
    .description("write text with a run's best model")
    .argument('<run>', 'a run folder, an id, the beginning of one, or "last"')
    .option('--prompt <text>', 'text to continue')
    .option('--length <n>', 'characters to write', numberOption('--length', 1, 10_000_000, true), 500)
    .option('--temperature <t>', '0 takes the most probable character', numberOption('--temperature', 0, 100), 0.8)
    .option('--top-k <k>', 'only the k most probable characters', numberOption('--top-k', 0, 65_536, true))
    .option('--top-p <p>', 'only the most probable characters that add up to p', numberOption('--top-p', 1e-6, 1))
    .option('--stop <text>', 'end where the model writes this')
    .option('--count <n>', 'how many texts', numberOption('--count', 1, 10_000, true), 1)
    .option('--seed <n>', 'repeat the same choices', numberOption('--seed', 0, 0xffffffff, true));
  return withJson(withRuns(command)).action(sample);
}

async function sample(run: string, flags: SampleFlags): Promise<void> {
  const { runs, json, ...options } = flags;
  const output = openOutput(json === true);
  const folder = await findRun(run, runs);
  await withWorker({ role: 'predict' }, async ({ channel }) => {
    const controller = new AbortController();
    process.once('SIGINT', () => controller.abort());
    let current = -1;
    channel.onNotification('sampled', ({ sample: index, text }) => {
      if (output.json) return;
      if (index !== current) process.stdout.write((index > 0 ? '\n\n' : '') + faint(options.prompt ?? ''));
      current = index;
      process.stdout.write(text);
    });
    const { texts } = await channel.request('sample', { id: 'cli', run: folder, ...options }, controller.signal);
    texts.forEach((text, index) => output.emit({ run: folder, sample: index, prompt: options.prompt ?? '', text }));
    output.say('');
  });
}
