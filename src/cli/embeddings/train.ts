import path from 'node:path';
import { Command, Option } from 'commander';
import { WORD_MODELS } from '../../core/embeddings/learner';
import { WORD_RULES } from '../../core/embeddings/word-counter';
import { VECTOR_FORMATS, type VectorFormat } from '../../core/embeddings/vector-format';
import { findBuiltIn, parseRecipe } from '../../core/recipe';
import type { Recipe } from '../../core/recipe/schema';
import { saveVectors } from '../../worker/vector-file';
import { readSource } from '../../worker/vector-sources';
import { numberOption, withJson, withRuns } from '../session';
import { asWrongUse, EXIT, note, openOutput, whole } from '../terminal';
import { runJob, sourceOf } from '../train';
import { formatOf } from './convert';

interface TrainOptions {
  out: string;
  format?: VectorFormat;
  model: (typeof WORD_MODELS)[number];
  dimension: number;
  window: number;
  negative: number;
  hierarchical?: boolean;
  sample: number;
  rate: number;
  epochs?: number;
  minCount: number;
  tokens: (typeof WORD_RULES)[number];
  threads?: number;
  seed: number;
  runs: string;
  json?: boolean;
}

/** A run of the recipes skip-gram or cbow in the words of word2vec, whose vectors are also written to a file. */
export function trainCommand(): Command {
  const whole = (name: string, least: number, most: number) => numberOption(name, least, most, true);
  const command = new Command('train')
    .description(
      'learn word vectors from a text of any size and write them to a file; "train --recipe skip-gram" keeps a run',
    )
    .argument('<file>', 'text, or folder of texts, to learn from; a line is a sentence')
    .requiredOption('--out <file>', 'file of the vectors')
    .addOption(new Option('--format <name>', 'text or binary (default: by the ending)').choices(VECTOR_FORMATS))
    .addOption(new Option('--model <name>', 'what is learned').choices(WORD_MODELS).default('skipgram'))
    .option('--dimension <n>', 'numbers in a vector', whole('--dimension', 1, 1024), 100)
    .option('--window <n>', 'most words on either side', whole('--window', 1, 64), 5)
    .option('--negative <n>', 'words drawn against each true one', whole('--negative', 1, 63), 5)
    .option('--hierarchical', 'hierarchical softmax in the place of negative words')
    .option(
      '--sample <t>',
      'share of the text above which words are dropped; 0: none',
      numberOption('--sample', 0, 1),
      1e-4,
    )
    .option('--rate <r>', 'learning rate at the start', numberOption('--rate', 1e-9, 10), 0.05)
    .option(
      '--epochs <n>',
      'passes over the text (default: 5, more over a text below two million words)',
      whole('--epochs', 1, 100_000),
    )
    .option('--min-count <n>', 'leave out words that occur less often', whole('--min-count', 1, 1e6), 5)
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
    .option('--seed <n>', 'start of all random choices', whole('--seed', 0, 0xffffffff), 1);
  return withJson(withRuns(command)).action(train);
}

/** The recipe that the flags describe. Throws UserError. */
function recipeOf(options: TrainOptions): Recipe {
  const { model: architecture, dimension, window, negative, hierarchical, sample } = options;
  const { recipe } = findBuiltIn(architecture === 'cbow' ? 'cbow' : 'skip-gram');
  const { rate, epochs, minCount, tokens, threads, seed } = options;
  const changed = {
    ...recipe,
    tokens: { ...recipe.tokens, minCount, lowercase: tokens === 'words' },
    model: {
      ...({ kind: 'word2vec', architecture, dimension, window, sample } as const),
      negative: hierarchical ? 0 : negative,
    },
    training: { ...recipe.training, rate, epochs },
    ...{ threads, seed },
  };
  return parseRecipe(changed, '');
}

async function train(file: string, options: TrainOptions): Promise<void> {
  const output = openOutput(options.json === true);
  const recipe = await asWrongUse(() => recipeOf(options));
  const job = { recipe, source: sourceOf(file), runsFolder: path.resolve(options.runs) };
  const start: Parameters<typeof runJob>[0] = (worker) => worker.channel.request('train', job);
  const { result, interrupted, summary } = await runJob(start, options, output);
  const { run, record, finished } = result;
  const { event, reason, message, step, time } = finished;
  const format = options.format ?? formatOf(options.out);
  const learned = step > 0 && reason !== 'failed';
  if (learned) await saveVectors(await readSource({ run }), options.out, format);
  const words = record.data?.vocabulary ?? 0;
  output.emit({ event, run, reason, message, step, time, ...(learned && { file: options.out, format, words }) });
  output.say(summary);
  if (learned) output.say(`${options.out}: ${whole(words)} words with ${options.dimension} numbers each, ${format}.`);
  if (reason === 'failed') {
    note(message ?? 'Training failed.');
    process.exitCode = EXIT.failed;
  } else if (interrupted) process.exitCode = EXIT.interrupted;
}
