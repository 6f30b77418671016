import path from 'node:path';
import { Command, Option } from 'commander';
import { WORD_RULES } from '../../core/embeddings/word-counter';
import { findBuiltIn, parseRecipe, setByAssignment } from '../../core/recipe';
import type { Recipe, RecipeInput } from '../../core/recipe/schema';
import { numberOption, withJson, withRuns } from '../session';
import { asWrongUse, EXIT, note, openOutput } from '../terminal';
import { runJob, sourceOf } from '../train';
import { formatOption, saveAs, writtenLine, type FormatOptions } from './convert';

/** What may be learned, by the recipe that it is. */
const RECIPES = { skipgram: 'skip-gram', cbow: 'cbow', fasttext: 'fasttext', glove: 'glove', 'ppmi-svd': 'ppmi-svd' };

/** Flags that stand for one key of the recipe each. */
const KEYS = {
  dimension: 'model.dimension',
  window: 'model.window',
  negative: 'model.negative',
  sample: 'model.sample',
  minGram: 'model.minGram',
  maxGram: 'model.maxGram',
  rate: 'training.rate',
  epochs: 'training.epochs',
  minCount: 'tokens.minCount',
  threads: 'threads',
  seed: 'seed',
} as const;

interface TrainOptions extends Partial<Record<keyof typeof KEYS, number>>, FormatOptions {
  model: keyof typeof RECIPES;
  hierarchical?: boolean;
  tokens: (typeof WORD_RULES)[number];
  set: string[];
  runs: string;
  json?: boolean;
}

/** A run of a recipe of word vectors in the words of word2vec, whose vectors are also written to a file. */
export function trainCommand(): Command {
  const whole = (name: string, least: number, most: number) => numberOption(name, least, most, true);
  const command = new Command('train')
    .description('learn word vectors from a text of any size in a run, and write them to a file')
    .argument('<file>', 'text, or folder of texts, to learn from; a line is a sentence')
    .requiredOption('--out <file>', 'file of the vectors')
    .addOption(formatOption())
    .addOption(new Option('--model <name>', 'what is learned').choices(Object.keys(RECIPES)).default('skipgram'))
    .option('--dimension <n>', 'numbers in a vector (default: 100)', whole('--dimension', 1, 1024))
    .option('--window <n>', 'most words on either side (default: 5; glove: 10)', whole('--window', 1, 64))
    .option('--negative <n>', 'words drawn against each true one (default: 5)', whole('--negative', 1, 63))
    .option('--hierarchical', 'hierarchical softmax in the place of negative words')
    .option(
      '--sample <t>',
      'share of the text above which words are dropped; 0: none (default: by the length of the text)',
      numberOption('--sample', 0, 1),
    )
    .option('--min-gram <n>', 'shortest character n-gram (default with fasttext: 3)', whole('--min-gram', 1, 20))
    .option('--max-gram <n>', 'longest character n-gram (default with fasttext: 6)', whole('--max-gram', 1, 20))
    .option('--rate <r>', 'learning rate at the start (default: 0.05)', numberOption('--rate', 1e-9, 10))
    .option('--epochs <n>', 'passes (default: by the length of the text)', whole('--epochs', 1, 100_000))
    .option(
      '--min-count <n>',
      'leave out words that occur less often (default: by the length of the text)',
      whole('--min-count', 1, 1e6),
    )
    .addOption(
      new Option('--tokens <rule>', 'words: letters and digits in lower case; whitespace: as they stand')
        .choices(WORD_RULES)
        .default('words'),
    )
    .option(
      '--threads <n>',
      'threads (default: all physical cores); one repeats itself exactly',
      whole('--threads', 1, 64),
    )
    .option('--seed <n>', 'start of all random choices (default: 1)', whole('--seed', 0, 0xffffffff))
    .option(
      '--set <key=value>',
      'change another key of the recipe; may be repeated',
      (text: string, all: string[]) => [...all, text],
      [],
    );
  return withJson(withRuns(command)).action(train);
}

/** The recipe that the flags describe. Throws UserError when one of them says nothing to the model. */
function recipeOf(options: TrainOptions): Recipe {
  let input: RecipeInput = findBuiltIn(RECIPES[options.model]).recipe;
  input = { ...input, tokens: { ...input.tokens, lowercase: options.tokens === 'words' } };
  for (const assignment of options.set) input = setByAssignment(input, assignment);
  if (options.hierarchical) input = setByAssignment(input, 'model.negative=0');
  for (const flag of Object.keys(KEYS) as (keyof typeof KEYS)[]) {
    const value = options[flag];
    if (value !== undefined) input = setByAssignment(input, `${KEYS[flag]}=${value}`);
  }
  return parseRecipe(input, '');
}

async function train(file: string, options: TrainOptions): Promise<void> {
  const output = openOutput(options.json === true);
  const recipe = await asWrongUse(() => recipeOf(options));
  const job = { recipe, source: sourceOf(file), runsFolder: path.resolve(options.runs) };
  const start: Parameters<typeof runJob>[0] = (worker) => worker.channel.request('train', job);
  const { result, interrupted, summary } = await runJob(start, options, output);
  const { run, finished } = result;
  const { event, reason, message, step, time } = finished;
  const learned = step > 0 && reason !== 'failed';
  const written = learned ? await saveAs({ run }, options) : undefined;
  output.emit({ event, run, reason, message, step, time, ...written });
  output.say(summary);
  if (written) output.say(writtenLine(written));
  if (reason === 'failed') {
    note(message ?? 'Training failed.');
    process.exitCode = EXIT.failed;
  } else if (interrupted) process.exitCode = EXIT.interrupted;
}
