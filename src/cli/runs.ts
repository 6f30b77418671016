import path from 'node:path';
import { Command } from 'commander';
import { recipeDifferences } from '../core/recipe';
import type { RunRecord } from '../core/runs/record';
import type { RunSummary } from '../protocol/worker';
import { deleteRun, listRuns, readRecord, readRun } from '../worker/run-list';
import { eventsToCsv } from './csv';
import { findRun, withJson, withRuns } from './session';
import { asWrongUse, duration, figure, note, openOutput, table, whole } from './terminal';

interface Options {
  runs: string;
  json?: boolean;
}

export function runsCommand(): Command {
  const command = new Command('runs').description('earlier runs');
  const add = (name: string, description: string): Command =>
    withJson(withRuns(new Command(name).description(description)));
  const run = 'a run folder, an id, the beginning of one, or "last"';
  command.addCommand(add('list', 'all runs, the newest first').action(list), { isDefault: true });
  command.addCommand(add('show', 'everything about a run').argument('<run>', run).action(show));
  command.addCommand(
    add('compare', 'what differs between runs, and their figures')
      .argument('<runs...>', 'two runs or more')
      .action(compare),
  );
  command.addCommand(
    add('export', 'the measurements of a run as CSV, or as JSON lines')
      .argument('<run>', run)
      .option('--csv', 'as CSV (default)')
      .action(exportRun),
  );
  command.addCommand(add('delete', 'remove runs for good').argument('<runs...>', run).action(remove));
  return command;
}

async function list(options: Options): Promise<void> {
  const output = openOutput(options.json === true);
  const runs = await listRuns(path.resolve(options.runs), note);
  for (const { folder, record } of runs) output.emit(brief(folder, record));
  if (runs.length === 0) {
    output.say(`There are no runs in ${options.runs}.`);
    return;
  }
  const rows = runs.map(({ record: { id, status, step, time, best, name } }) => [
    id,
    status,
    whole(step),
    duration(time),
    figure(best?.validationLoss),
    name,
  ]);
  output.say(table([['id', 'status', 'steps', 'time', 'validation loss', 'name'], ...rows]));
}

function brief(folder: string, record: RunRecord): object {
  const { id, name, status, created, step, time, best, baseline } = record;
  return {
    run: folder,
    id,
    name,
    status,
    created,
    step,
    time,
    metrics: metricsOf(record),
    bestStep: best?.step,
    baseline,
  };
}

function metricsOf({ best }: RunRecord): object {
  if (!best) return {};
  const { validationLoss, perplexity, bitsPerCharacter, accuracy } = best;
  return { validationLoss, perplexity, bitsPerCharacter, accuracy };
}

async function show(run: string, options: Options): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  const record = await asWrongUse(() => readRecord(folder));
  output.emit({ run: folder, ...record });
  output.say(`${record.name} (${record.id}): ${record.status}${record.message ? ` – ${record.message}` : ''}`);
  output.say(`${folder}\n`);
  output.say(JSON.stringify(record, null, 2));
}

async function compare(names: string[], options: Options): Promise<void> {
  const output = openOutput(options.json === true);
  const runs: RunSummary[] = [];
  for (const name of names) {
    const folder = await findRun(name, options.runs);
    runs.push({ folder, record: await asWrongUse(() => readRecord(folder)) });
  }
  const keys = differingKeys(runs.map(({ record }) => record));
  const values = runs.map(({ record }) => keys.map((key) => valueAt(record.recipe, key)));
  runs.forEach(({ folder, record }, index) => {
    const recipe = Object.fromEntries(keys.map((key, k) => [key, values[index][k]]));
    output.emit({ ...brief(folder, record), parameters: record.parameters, recipe });
  });
  const row = (title: string, cell: (record: RunRecord) => string): string[] => [
    title,
    ...runs.map(({ record }) => cell(record)),
  ];
  output.say(
    table([
      row('', ({ id }) => id),
      row('name', ({ name }) => name),
      row('status', ({ status }) => status),
      ...keys.map((key, k) => [key, ...values.map((each) => String(each[k] ?? '–'))]),
      row('weights', ({ parameters }) => (parameters === undefined ? '–' : whole(parameters))),
      row('steps', ({ step }) => whole(step)),
      row('time', ({ time }) => duration(time)),
      row('validation loss', ({ best }) => figure(best?.validationLoss)),
      row('perplexity', ({ best }) => figure(best?.perplexity)),
      row('bits/character', ({ best }) => figure(best?.bitsPerCharacter)),
      row('accuracy', ({ best }) => figure(best?.accuracy)),
      row('baseline loss', ({ baseline }) => figure(baseline?.validationLoss)),
    ]),
  );
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

async function exportRun(run: string, options: Options): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  const { events } = await readRun(folder, Infinity);
  for (const event of events) output.emit(event);
  if (!output.json) process.stdout.write(eventsToCsv(events));
}

async function remove(names: string[], options: Options): Promise<void> {
  const output = openOutput(options.json === true);
  const folders: string[] = [];
  for (const name of names) folders.push(await findRun(name, options.runs));
  for (const folder of new Set(folders)) {
    await deleteRun(folder);
    output.emit({ deleted: folder });
    output.say(`Deleted ${folder}`);
  }
}
