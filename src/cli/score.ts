import { Command } from 'commander';
import type { ScoreLine } from '../protocol/worker';
import { linesOf } from './lines';
import { findRun, inBatches, RUN, withJson, withRuns, withWorker } from './session';
import { figure, openOutput, type Output } from './terminal';

/** Lines that are scored at once: a few milliseconds each. */
const AT_ONCE = 32;

export function scoreCommand(): Command {
  const command = new Command('score')
    .description('log-probability, perplexity and bits per character of each line')
    .argument('<run>', RUN)
    .argument('[file]', 'text, a line at a time; "-" is standard input', '-')
    .option('--label <label>', 'what a label-to-sequence model reads the lines as');
  return withJson(withRuns(command)).action(score);
}

async function score(
  run: string,
  file: string,
  options: { runs: string; label?: string; json?: boolean },
): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  await withWorker({ role: 'predict' }, async ({ channel }) => {
    output.say('log-prob\tperplexity\tbits/char\ttext');
    await inBatches(linesOf(file), AT_ONCE, async (lines) => {
      const scored = await channel.request('score', { run: folder, lines, label: options.label });
      for (const line of scored) tell(line, output);
    });
  });
}

function tell(line: ScoreLine, output: Output): void {
  const { text, logProbability, perplexity, bitsPerCharacter } = line;
  output.emit(line);
  output.say([figure(logProbability, 3), figure(perplexity, 3), figure(bitsPerCharacter, 3), text].join('\t'));
}
