import { Command } from 'commander';
import type { Classified } from '../protocol/worker';
import { linesOf } from './lines';
import { findRun, inBatches, numberOption, RUN, withJson, withRuns, withWorker } from './session';
import { openOutput, percent, type Output } from './terminal';

/** Lines of a row at most; a quotation mark that nothing closes must not keep the rest of a file. */
const LONGEST_ROW = 100;
/** Texts that are asked for at once. */
const AT_ONCE = 64;

export function classifyCommand(): Command {
  const command = new Command('classify')
    .description(
      'labels of each line, with their probabilities; lines of a file like the one learned from are read as it was',
    )
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
    let header: string | undefined;
    await inBatches(rowsOf(linesOf(file)), AT_ONCE, async (rows) => {
      header ??= rows[0];
      const texts = rows.flatMap((row) => row.split('\n'));
      const answers = await channel.request('classify', { run: folder, texts, top: options.top, lines: { header } });
      for (const answer of answers) tell(answer, output);
    });
  });
}

/** Lines of which those stay together that may be one row of a table: a quotation mark is open between them. */
async function* rowsOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let row: string[] = [];
  let marks = 0;
  for await (const line of lines) {
    row.push(line);
    marks += line.split('"').length - 1;
    if (marks % 2 !== 0 && row.length < LONGEST_ROW) continue;
    yield row.join('\n');
    [row, marks] = [[], 0];
  }
  if (row.length > 0) yield row.join('\n');
}

function tell({ text, chosen, labels, right }: Classified, output: Output): void {
  output.emit({ text, right, chosen, labels });
  const shares = labels.map(({ label, probability }) => `${label} ${percent(probability)}`).join(', ');
  const mark = right === undefined ? [] : [right ? '✓' : '✗'];
  output.say([...mark, chosen.join(', ') || '–', shares, text].join('\t'));
}
