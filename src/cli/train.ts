import { promises as fs } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import {
  builtInRecipes,
  findBuiltIn,
  isGenerated,
  parseRecipe,
  parseRecipeText,
  setByAssignment,
  withLocatedFiles,
} from '../core/recipe';
import type { Recipe, RecipeInput } from '../core/recipe/schema';
import { RUN_FILES, RUNS_FOLDER } from '../core/runs/record';
import { explained } from '../worker/files';
import type { WorkerThread } from '../protocol/thread';
import type { Source, TrainResult } from '../protocol/worker';
import { backends, findRun, numberOption, openWorker, withJson, withRuns } from './session';
import { asWrongUse, EXIT, note, openOutput, WrongUse, type Output } from './terminal';
import { followTraining } from './train-view';

const NO_FILE = 'Name the file to learn from, or a run to go on with: sequence-lab train FILE.';
/** Seconds after which a stop that gets no answer ends the process. */
const STOP_SECONDS = 30;

interface TrainOptions {
  recipe?: string;
  set: string[];
  minutes?: number;
  steps?: number;
  epochs?: number;
  valid?: string;
  runs: string;
  backend?: Recipe['backend'];
  threads?: number;
  seed?: number;
  resume?: string;
  from?: string;
  name?: string;
  json?: boolean;
}

export function trainCommand(): Command {
  const command = new Command('train')
    .description('train a model on a text file, or go on with an earlier run')
    .argument('[file]', 'text to learn from (not with --resume, nor for data that come from the seed)')
    .option('--recipe <name|file>', 'a built-in recipe, a recipe file, or a run.json to repeat')
    .option(
      '--set <key=value>',
      'change one key of the recipe; may be repeated',
      (text: string, all: string[]) => [...all, text],
      [],
    )
    .option('--minutes <m>', 'train so many minutes', numberOption('--minutes', 1e-6, 100_000))
    .option('--steps <n>', 'train so many steps', numberOption('--steps', 1, 1e9, true))
    .option('--epochs <e>', 'train so many passes over the text', numberOption('--epochs', 1e-6, 1e6))
    .option('--valid <file>', 'measure on this file instead of holding back a part of the text')
    .addOption(new Option('--backend <name>', 'who computes').choices(backends))
    .option(
      '--threads <n>',
      'threads that compute (default: all physical cores)',
      numberOption('--threads', 0, 64, true),
    )
    .option('--seed <n>', 'start of all random choices', numberOption('--seed', 0, 0xffffffff, true))
    .option('--resume <run>', 'go on with this run: a folder, an id, the beginning of one, or "last"')
    .option(
      '--from <run>',
      'for taggers: start from the weights of this run, with its recipe unless --recipe names another',
    )
    .option('--name <name>', 'name of the run in lists');
  return withJson(withRuns(command)).action(train);
}

async function train(file: string | undefined, options: TrainOptions): Promise<void> {
  const output = openOutput(options.json === true);
  const start = options.resume === undefined ? await newJob(file, options) : await resumeJob(file, options);
  const { result, interrupted, summary } = await runJob(start, options, output);
  report(result, output, interrupted, summary);
}

/** A job that a person watches: it is followed on the screen, and Ctrl-C stops it and keeps what it learned. */
export async function runJob(
  start: Start,
  options: { backend?: Recipe['backend']; threads?: number },
  output: Output,
): Promise<{ result: TrainResult; interrupted: boolean; summary: string }> {
  const worker = openWorker({ role: 'train', backend: options.backend, threads: options.threads });
  try {
    const interrupt = stopOnInterrupt(worker);
    const view = followTraining(worker.channel, output);
    const result = await start(worker).finally(() => {
      view.close();
      interrupt.forget();
    });
    return { result, interrupted: interrupt.happened(), summary: view.summary(result) };
  } finally {
    await worker.terminate();
  }
}

export type Start = (worker: WorkerThread) => Promise<TrainResult>;

async function newJob(file: string | undefined, options: TrainOptions): Promise<Start> {
  if (file === undefined && options.recipe === undefined) throw new WrongUse(NO_FILE);
  const from = options.from === undefined ? undefined : await findRun(options.from, options.runs);
  const recipe = await asWrongUse(() => recipeOf(options, from));
  const validation = options.valid === undefined ? undefined : sourceOf(options.valid);
  const job = {
    recipe,
    source: sourceFor(recipe, file, options),
    validation,
    runsFolder: path.resolve(options.runs),
    name: options.name,
    from,
  };
  return (worker) => worker.channel.request('train', job);
}

/** Throws WrongUse when a file is missing, or is named where the data come from the seed. */
function sourceFor({ task, seed }: Recipe, file: string | undefined, { valid }: TrainOptions): Source {
  if (isGenerated(task)) {
    if (file === undefined && valid === undefined) return { kind: 'text', text: '', label: `seed ${seed}` };
    throw new WrongUse(`The data of the task ${task} are made from the seed: leave FILE and --valid out.`);
  }
  if (file === undefined) throw new WrongUse(NO_FILE);
  return sourceOf(file);
}

async function resumeJob(file: string | undefined, options: TrainOptions): Promise<Start> {
  if (file !== undefined)
    throw new WrongUse('A run that goes on has its own copy of the text: leave FILE out with --resume.');
  const fixed = (['recipe', 'valid', 'seed', 'name', 'from'] as const).find((name) => options[name] !== undefined);
  const refused = fixed ?? (options.set.length > 0 ? 'set' : undefined);
  if (refused)
    throw new WrongUse(
      `--${refused} cannot be changed when a run goes on: only its budget can, or train anew with --recipe RUN/run.json.`,
    );
  const run = await findRun(options.resume as string, options.runs);
  const { minutes, steps, epochs } = options;
  return (worker) => worker.channel.request('resume', { run, budget: { minutes, steps, epochs } });
}

/**
 * The recipe that the options describe; flags win over --set, and --set over the recipe. A run to start from gives its own
 * where no other is named. Throws UserError.
 */
async function recipeOf(options: TrainOptions, from: string | undefined): Promise<Recipe> {
  const ownRecipe = from === undefined ? undefined : path.join(from, RUN_FILES.record);
  let input: RecipeInput = await readRecipe(options.recipe ?? ownRecipe);
  for (const assignment of options.set) input = setByAssignment(input, assignment);
  const { minutes, steps, epochs, seed, backend, threads } = options;
  // A budget on the command line replaces the recipe's: "--minutes 1" means one minute, whatever the recipe says.
  if (minutes !== undefined || steps !== undefined || epochs !== undefined) {
    input = { ...input, training: { ...input.training, minutes, steps, epochs } };
  }
  if (seed !== undefined) input = { ...input, seed };
  if (backend !== undefined) input = { ...input, backend };
  if (threads !== undefined) input = { ...input, threads };
  return withLocatedFiles(parseRecipe(input, ''), (file) => path.resolve(file));
}

async function readRecipe(name: string | undefined): Promise<RecipeInput> {
  if (name === undefined) return builtInRecipes[0].recipe;
  const isPath = /[\\/]|\.json$/.test(name);
  if (!isPath) return findBuiltIn(name).recipe;
  const text = await explained('Cannot read', name, () => fs.readFile(name, 'utf8'));
  return withLocatedFiles(parseRecipeText(text, name), (file) => path.resolve(path.dirname(name), file));
}

/** A file, or for word vectors a folder, as the worker reads it. */
export function sourceOf(file: string): Source {
  const full = path.resolve(file);
  return { kind: 'file', path: full, label: path.basename(file), uri: pathToFileURL(full).href };
}

/** The first Ctrl-C stops and keeps everything; the second ends the process at once. */
function stopOnInterrupt(worker: WorkerThread): { happened(): boolean; forget(): void } {
  let count = 0;
  const interrupt = (): void => {
    if (++count > 1) process.exit(EXIT.interrupted);
    note('\nStopping and saving; press Ctrl-C again to end at once.');
    worker.command('stop');
    // What was written so far is whole; a thread that does not answer has nothing to add.
    setTimeout(() => process.exit(EXIT.interrupted), STOP_SECONDS * 1000).unref();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return {
    happened: () => count > 0,
    forget: () => signals.forEach((signal) => process.off(signal, interrupt)),
  };
}

function report(result: TrainResult, output: Output, interrupted: boolean, summary: string): void {
  const { run, record, finished } = result;
  const { event, reason, message, step, time, metrics, bestStep } = finished;
  const folder = shortest(run);
  output.emit({ event, run, reason, message, step, time, metrics, bestStep });
  output.say(summary);
  if (reason === 'failed') {
    note(message ?? 'Training failed.');
    process.exitCode = EXIT.failed;
    return;
  }
  if (reason === 'stopped') {
    process.exitCode = interrupted ? EXIT.interrupted : EXIT.done;
    const runs = path.dirname(run) === path.resolve(RUNS_FOLDER) ? '' : ` --runs ${shortest(path.dirname(run))}`;
    if (record.data) output.say(`Go on with: sequence-lab train --resume ${record.id}${runs}`);
    else output.say('It was stopped before it began; start it again to train.');
  }
  output.say(`Run folder: ${folder}`);
}

/** A path as it is shortest to write from here. */
function shortest(target: string): string {
  const relative = path.relative(process.cwd(), target);
  return relative.length < target.length && !relative.startsWith(`..${path.sep}..`) ? relative : target;
}
