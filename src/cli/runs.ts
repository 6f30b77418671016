import path from 'node:path';
import { Command, Option } from 'commander';
import type { RunSummary } from '../protocol/worker';
import { deleteRun, listRuns, readRecord } from '../worker/run-list';
import { compareRuns } from './compare';
import { exportFormats, exportRun, type ExportFormat } from './export';
import { brief } from './run-words';
import { findRun, RUN, withJson, withRuns } from './session';
import { asWrongUse, duration, figure, note, openOutput, table, whole, WrongUse } from './terminal';

interface Options {
  runs: string;
  json?: boolean;
}

export function runsCommand(): Command {
  const command = new Command('runs').description('earlier runs');
  const add = (name: string, description: string): Command =>
    withJson(withRuns(new Command(name).description(description)));
  command.addCommand(add('list', 'all runs, the newest first').action(list), { isDefault: true });
  command.addCommand(add('show', 'everything about a run').argument('<run>', RUN).action(show));
  command.addCommand(
    add('compare', 'what differs between runs, and their figures')
      .argument('<runs...>', 'two runs or more')
      .action(compare),
  );
  command.addCommand(
    add('export', 'a run in a format of other programs')
      .argument('<run>', RUN)
      .addOption(
        new Option('--format <name>', 'measurements (csv), n-grams (arpa) or weights (safetensors)')
          .choices(exportFormats)
          .default('csv'),
      )
      .option('--csv', 'the same as --format csv')
      .option('--out <file>', 'where to write; without it, standard output')
      .action(exportOne),
  );
  command.addCommand(add('delete', 'remove runs for good').argument('<runs...>', RUN).action(remove));
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
  const runs: RunSummary[] = [];
  for (const name of names) {
    const folder = await findRun(name, options.runs);
    runs.push({ folder, record: await asWrongUse(() => readRecord(folder)) });
  }
  compareRuns(runs, openOutput(options.json === true));
}

async function exportOne(run: string, options: Options & { format: ExportFormat; out?: string }): Promise<void> {
  const { format, out, json } = options;
  if (json === true && format !== 'csv')
    throw new WrongUse(`--json is for measurements: leave it out with --format ${format}.`);
  await exportRun(await findRun(run, options.runs), { format, out, json: json === true });
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
