import { Command } from 'commander';
import type { Classified } from '../protocol/worker';
import { linesOf } from './lines';
import { findRun, inBatches, numberOption, RUN, withJson, withRuns, withWorker } from './session';
import { openOutput, percent, type Output } from './terminal';

/** Texts that are asked for at once. */
const AT_ONCE = 64;

export function classifyCommand(): Command {
  const command = new Command('classify')
    .description('labels of each line, with their probabilities')
    .argument('<run>', RUN)
    .argument('[file]', 'text, a line at a time; "-" is standard input', '-')
    .option('--top <n>', 'labels that are told', numberOption('--top', 1, 100_000, true), 3);
  return withJson(withRuns(command)).action(classify);
}

async function classify(
  run: string,
  file: string,
  options: { runs: string; top: number; json?: boolean },
): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  await withWorker({ role: 'predict' }, async ({ channel }) => {
    await inBatches(linesOf(file), AT_ONCE, async (texts) => {
      const answers = await channel.request('classify', { run: folder, texts, top: options.top });
      for (const answer of answers) tell(answer, output);
    });
  });
}

function tell(answer: Classified, output: Output): void {
  output.emit(answer);
  const { text, chosen, labels } = answer;
  const shares = labels.map(({ label, probability }) => `${label} ${percent(probability)}`).join(', ');
  output.say([chosen.join(', ') || '–', shares, text].join('\t'));
}
