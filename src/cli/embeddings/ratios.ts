import { Command } from 'commander';
import { ratiosInRun } from '../../worker/run-ratios';
import { findRun, RUN, withJson, withRuns } from '../session';
import { figure, openOutput, table, whole } from '../terminal';

export function ratiosCommand(): Command {
  const command = new Command('ratios')
    .description('how much likelier words are near one of two words than near the other, counted in the text of a run')
    .argument('<run>', RUN)
    .argument('<first>')
    .argument('<second>')
    .argument('<words...>', 'words to look for near both: ice steam solid gas water fashion');
  return withJson(withRuns(command)).action(ratios);
}

async function ratios(
  name: string,
  first: string,
  second: string,
  words: string[],
  options: { runs: string; json?: boolean },
): Promise<void> {
  const output = openOutput(options.json === true);
  const run = await findRun(name, options.runs);
  const found = await ratiosInRun(run, [first, second], words, new AbortController().signal);
  for (const each of found.ratios) output.emit(each);
  const rows = found.ratios.map(({ probe, counts, ratio }) => [figure(ratio), ...counts.map(whole), probe]);
  output.say(table([['ratio', `near ${first}`, `near ${second}`, 'word'], ...rows]));
}
