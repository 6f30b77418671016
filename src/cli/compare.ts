import { recipeDifferences } from '../core/recipe';
import type { RunRecord } from '../core/runs/record';
import { worthRows } from '../core/runs/worth';
import type { RunSummary } from '../protocol/worker';
import { duration, figure, percent, table, whole, type Output } from './terminal';
import { brief } from './run-words';
import { worthTable } from './worth';

/** Says what differs between runs, what each has reached over its baseline, and whether that was worth it. */
export function compareRuns(runs: RunSummary[], output: Output): void {
  const records = runs.map(({ record }) => record);
  const keys = differingKeys(records);
  const values = records.map((record) => keys.map((key) => valueAt(record.recipe, key)));
  runs.forEach(({ folder, record }, index) => {
    const recipe = Object.fromEntries(keys.map((key, k) => [key, values[index][k]]));
    const gain = gainOf(record);
    output.emit({ kind: 'comparison', ...brief(folder, record), parameters: record.parameters, gain, recipe });
  });
  const rows = worthRows(records);
  for (const row of rows) output.emit(row);
  if (output.json) return;
  output.say(differencesTable(records, keys, values));
  for (const part of worthTable(rows)) output.say(`\n${part}`);
}

function differencesTable(records: RunRecord[], keys: string[], values: unknown[][]): string {
  const rows: string[][] = [['', ...records.map(({ id }) => id)]];
  /** Adds a row unless it says the same, or nothing, of all runs. */
  const add = (title: string, cell: (record: RunRecord) => string, always = false): void => {
    const cells = records.map(cell);
    if (always || new Set(cells).size > 1) rows.push([title, ...cells]);
  };
  add('name', ({ name }) => name, true);
  add('status', ({ status }) => status);
  add('text', ({ source }) => source.label);
  add('text SHA-256', ({ source }) => source.sha256.slice(0, 12));
  keys.forEach((key, k) => rows.push([key, ...values.map((each) => shown(each[k]))]));
  add('weights or counts', ({ parameters }) => (parameters === undefined ? '–' : whole(parameters)));
  add('steps', ({ step }) => whole(step));
  add('time', ({ time }) => duration(time), true);
  add('validation loss', ({ best }) => figure(best?.validationLoss), true);
  add('perplexity', ({ best }) => figure(best?.perplexity));
  add('bits/character', ({ best }) => figure(best?.bitsPerCharacter));
  add('accuracy', ({ best }) => percent(best?.accuracy));
  add('precision', ({ best }) => percent(best?.precision));
  add('recall', ({ best }) => percent(best?.recall));
  add('F1', ({ best }) => figure(best?.f1));
  add('error (RMSE)', ({ best }) => figure(best?.rmse));
  add('best baseline', ({ baseline }) => baseline?.name ?? '–');
  add('baseline loss', ({ baseline }) => figure(baseline?.validationLoss));
  add('better than it by', (record) => figure(gainOf(record)));
  return table(rows);
}

/** Loss of the best baseline less that of the run: above 0 the run is better. */
function gainOf({ best, baseline }: RunRecord): number | undefined {
  return best && baseline ? baseline.validationLoss - best.validationLoss : undefined;
}

/** Keys of the recipe in which not all runs agree. */
function differingKeys([first, ...others]: RunRecord[]): string[] {
  return [
    ...new Set(others.flatMap(({ recipe }) => recipeDifferences(first.recipe, recipe).map(({ path: key }) => key))),
  ];
}

function valueAt(recipe: object, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], recipe);
}

function shown(value: unknown): string {
  if (value === undefined || value === '') return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
