import path from 'node:path';
import { Command, Option } from 'commander';
import type { Recipe } from '../core/recipe/schema';
import type { EvaluateResult } from '../protocol/worker';
import { readRecord } from '../worker/run-list';
import { evaluateTags } from './evaluate-tags';
import { backends, findRun, numberOption, RUN, withJson, withRuns, withWorker } from './session';
import { figure, openOutput, percent, table, whole, WrongUse, type Output } from './terminal';
import { unitOf } from './words';

interface EvaluateOptions {
  runs: string;
  backend?: Recipe['backend'];
  threads?: number;
  json?: boolean;
  gold?: string;
  predicted?: string;
}

/** Classes up to which their confusion is shown as a table. */
const MOST_CLASSES = 12;

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description("measure a run's best model on another file, or compare two files with tags")
    .argument('[run]', RUN)
    .argument('[file]', 'what to measure on, of the same format as the training file')
    .addOption(new Option('--backend <name>', 'who computes').choices(backends))
    .option('--threads <n>', 'threads that compute', numberOption('--threads', 0, 64, true))
    .option('--gold <file>', 'right tags, in the last column of each line; instead of a run')
    .option('--predicted <file>', 'tags to be measured, in the last column of each line');
  return withJson(withRuns(command)).action(evaluate);
}

async function evaluate(run: string | undefined, file: string | undefined, options: EvaluateOptions): Promise<void> {
  const output = openOutput(options.json === true);
  const { gold, predicted } = options;
  if (gold === undefined && predicted === undefined && run !== undefined && file !== undefined) {
    return evaluateRun(run, file, options, output);
  }
  if (gold !== undefined && predicted !== undefined && run === undefined) return evaluateTags(gold, predicted, output);
  throw new WrongUse('Name either a run and a file, or two files with --gold and --predicted.');
}

async function evaluateRun(run: string, file: string, options: EvaluateOptions, output: Output): Promise<void> {
  const folder = await findRun(run, options.runs);
  const record = await readRecord(folder);
  const source = { kind: 'file', path: path.resolve(file), label: path.basename(file) } as const;
  const { backend, threads } = options;
  const result = await withWorker({ role: 'predict', backend, threads }, ({ channel }) =>
    channel.request('evaluate', { run: folder, source }),
  );
  output.emit({ run: folder, file, ...result });
  for (const line of linesOf(result, unitOf(record))) output.say(line);
}

function linesOf(result: EvaluateResult, unit: { one: string; many: string }): string[] {
  const { validationLoss, perplexity, bitsPerCharacter, accuracy, f1, precision, recall, rmse, tokens, unknown } =
    result;
  const lines = [`Loss ${figure(validationLoss)} for each ${unit.one}, of ${whole(tokens)} ${unit.many}.`];
  if (perplexity !== undefined) {
    const bits = bitsPerCharacter === undefined ? '' : `, ${figure(bitsPerCharacter, 3)} bits a character`;
    lines.push(`Perplexity ${figure(perplexity, 3)}${bits}.`);
  }
  if (accuracy !== undefined) lines.push(`${percent(accuracy, 2)} of the ${unit.many} were predicted right.`);
  if (precision !== undefined && recall !== undefined) {
    lines.push(`Precision ${percent(precision, 2)}, recall ${percent(recall, 2)} of the entities.`);
  }
  if (f1 !== undefined) lines.push(`F1 ${figure(f1)}.`);
  if (rmse !== undefined) lines.push(`Root mean squared error ${figure(rmse)}, in the units of the file.`);
  if (unknown > 0) lines.push(`${percent(unknown, 2)} of the ${unit.many} are unknown to the model.`);
  return [...lines, ...classLines(result)];
}

function classLines({ classes = [], confusion = [] }: EvaluateResult): string[] {
  if (classes.length === 0) return [];
  const rows = classes.map(({ label, precision, recall, f1, count }) => [
    ...[label, percent(precision), percent(recall), percent(f1), whole(count)],
  ]);
  const lines = ['', table([['label', 'precision', 'recall', 'F1', 'examples'], ...rows])];
  if (confusion.length === 0 || classes.length > MOST_CLASSES) return lines;
  // Of entities there is one more: tokens of none.
  const labels = [...classes.map(({ label }) => label), 'none'].slice(0, confusion.length);
  const counts = confusion.map((row, k) => [labels[k], ...row.map(whole)]);
  return [...lines, '', table([['it is ↓ said →', ...labels], ...counts])];
}
