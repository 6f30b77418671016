import { Command } from 'commander';
import { findRun, RUN, withJson, withRuns, withWorker } from './session';
import { figure, openOutput, percent, table } from './terminal';

export function rankCommand(): Command {
  const command = new Command('rank')
    .description('alternatives in braces, the most probable first: "The apple and pe{ar|ir} salad"')
    .argument('<run>', RUN)
    .argument('<text>', 'a text with alternatives in braces')
    .option('--label <label>', 'what a label-to-sequence model reads the text as');
  return withJson(withRuns(command)).action(rank);
}

async function rank(
  run: string,
  pattern: string,
  options: { runs: string; label?: string; json?: boolean },
): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  const ranked = await withWorker({ role: 'predict' }, ({ channel }) =>
    channel.request('rank', { run: folder, pattern, label: options.label }),
  );
  for (const each of ranked) output.emit(each);
  const rows = ranked.map(({ text, logProbability, share }) => [figure(logProbability, 3), percent(share, 2), text]);
  output.say(table([['log-prob', 'share', 'text'], ...rows]));
}
