import { Command } from 'commander';
import { nearestCentroids } from '../../core/models/contextual/senses';
import { linesOf } from '../lines';
import { findRun, numberOption, RUN, withJson, withRuns, withWorker } from '../session';
import { figure, openOutput, percent, table, type Output } from '../terminal';

/** Occurrences whose table is shown to people; all are in the JSON. */
const SHOWN = 12;
/** Characters of a line that are shown on either side of the word. */
const AROUND = 24;

interface Options {
  runs: string;
  layer?: number;
  json?: boolean;
}

export function contextsCommand(): Command {
  const command = new Command('contexts')
    .description('how alike the occurrences of a word are in their sentences, and alone')
    .argument('<run>', RUN)
    .argument('<word>', 'a word, in any case')
    .argument('[file]', 'sentences, one a line, or label, tab, sentence; "-" is standard input', '-')
    .option('--layer <n>', 'layer whose states are compared; the highest if left out', numberOption('--layer', 1, 8, true)); // prettier-ignore
  return withJson(withRuns(command)).action(contexts);
}

async function contexts(run: string, word: string, file: string, options: Options): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  const texts: string[] = [];
  const labels: (string | undefined)[] = [];
  for await (const line of linesOf(file)) {
    const tab = line.indexOf('\t');
    texts.push(line.slice(tab + 1));
    labels.push(tab > 0 ? line.slice(0, tab) : undefined);
  }
  await withWorker({ role: 'predict' }, async ({ channel }) => {
    const { layer } = options;
    const { occurrences, cosines, alone } = await channel.request('contexts', {
      run: folder,
      texts,
      words: [word],
      layer,
    });
    const own = occurrences.map(({ text }) => labels[text]);
    const senses = sensesOf(own, cosines, alone);
    output.emit({ occurrences: occurrences.map((each, n) => ({ ...each, label: own[n] })), cosines, alone, ...senses });
    const around = occurrences.map(({ text, start, end }) =>
      [texts[text].slice(Math.max(0, start - AROUND), start), texts[text].slice(start, end + AROUND)].join(''),
    );
    show(output, around, own, cosines);
    if (senses) {
      const { inContext, alone: byItself, occurrences: count } = senses.senses;
      output.say(
        `Sense by the nearest centroid of the others, ${count} occurrences: ${percent(inContext)} right in context, ${percent(byItself)} without.`,
      );
    }
  });
}

/** Shares of senses that are right, where every occurrence has a label and there are two at least. */
function sensesOf(labels: (string | undefined)[], cosines: number[][], alone: number[][]) {
  const all = labels.filter((label) => label !== undefined);
  if (all.length < labels.length || new Set(all).size < 2) return undefined;
  const share = (given: number[][]) =>
    nearestCentroids(given, all).filter((label, n) => label === all[n]).length / all.length;
  return { senses: { occurrences: all.length, inContext: share(cosines), alone: share(alone) } };
}

function show(output: Output, around: string[], labels: (string | undefined)[], cosines: number[][]): void {
  const shown = around.slice(0, SHOWN);
  const head = ['', 'label', 'occurrence', ...shown.map((_, n) => String(n + 1))];
  const rows = shown.map((text, a) => [
    String(a + 1),
    labels[a] ?? '',
    text,
    ...shown.map((_, b) => figure(cosines[a][b], 2)),
  ]);
  output.say(table([head, ...rows]));
}
