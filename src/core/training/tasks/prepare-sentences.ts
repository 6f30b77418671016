import { UserError } from '../../errors';
import { newLanguageModel } from '../../models/checkpoint-model';
import { Random } from '../../random';
import { hasModel, type Recipe } from '../../recipe/schema';
import type { Examples } from '../../text/examples';
import { ExampleLearner } from '../example-learner';
import type { Counter, Learner, Prepared } from '../learner';
import { NgramCounter } from '../ngram-counter';
import type { NgramOptions } from '../../models/ngram/options';
import { charactersOf, enclosed } from './enclosed-texts';
import {
  countTokens,
  encodeTexts,
  learnTokenizer,
  partsOf,
  refuseModel,
  unknownShare,
  type PreparedTask,
  type TaskInput,
} from './prepared';
import { SentenceTask, type SentenceData } from './sentences';

/**
 * A language model of texts that stand by themselves, such as lines: each is predicted from its beginning to its end, the
 * end included. Throws UserError when the data do not fit.
 */
export function* prepareSentences(input: TaskInput): Generator<number, PreparedTask> {
  const { recipe, assets, vectors: load } = input;
  const { maxLength } = recipe.tokens;
  const all = textsOf(input.examples);
  const parts = partsOf(all, input.validation && textsOf(input.validation), recipe);
  const tokenizer = assets?.tokenizer ?? (yield* learnTokenizer(parts.train, recipe));
  const train = yield* encodeTexts(parts.train, tokenizer, maxLength);
  const held = yield* encodeTexts(parts.validation, tokenizer, maxLength);
  refuseModel(input, { vocabulary: tokenizer.size, sequences: train });
  const vectors = load && (yield* load(tokenizer));
  const data: SentenceData = {
    train: train.map((ids) => enclosed(ids, tokenizer)),
    validation: held.map((ids) => enclosed(ids, tokenizer)),
    tokenizer,
  };
  const cut = train.filter(({ length }) => length === maxLength).length;
  return {
    prepared: modelsFor(recipe, data, vectors),
    assets: { tokenizer },
    statistics: {
      characters: countTokens(all),
      validationCharacters: charactersOf(parts.validation, held, tokenizer, maxLength),
      examples: all.length,
      trainTokens: countTokens(data.train) - train.length,
      validationTokens: countTokens(data.validation) - held.length,
      vocabulary: tokenizer.size,
      unknown: unknownShare(held, tokenizer),
    },
    warnings:
      cut === 0 ? [] : [`${cut} of ${train.length} texts are cut after ${maxLength} tokens (tokens.maxLength).`],
  };
}

function modelsFor(recipe: Recipe, data: SentenceData, vectors: Float32Array | undefined): Prepared {
  const { baseline, baselineOrder } = recipe.evaluation;
  if (hasModel(recipe, 'ngram')) {
    const { order, smoothing, k, discount } = recipe.model;
    const single = baseline && order > 1 ? [counter(recipe, data, { order: 1 })] : [];
    return { model: counter(recipe, data, { order, smoothing, k, discount }), baselines: single };
  }
  const grams = baseline ? [counter(recipe, data, { order: baselineOrder })] : [];
  return { model: learner(recipe, data, vectors), baselines: grams };
}

function learner(recipe: Recipe, data: SentenceData, vectors: Float32Array | undefined): Learner {
  const random = new Random(recipe.seed);
  const model = newLanguageModel(recipe, data.tokenizer.size, random, vectors);
  return new ExampleLearner(recipe, new SentenceTask(recipe, model, data), random);
}

function counter(
  recipe: Recipe,
  { train, validation, tokenizer }: SentenceData,
  choice: Omit<NgramOptions, 'vocabulary' | 'begin' | 'end'>,
): Counter {
  const bare = (items: Int32Array[]) => items.map((ids) => ids.subarray(1, -1));
  const { begin, end, unknown, pad } = tokenizer.special;
  const { sampleLength: length, temperature } = recipe.evaluation;
  return new NgramCounter(
    bare(train),
    bare(validation),
    { ...choice, vocabulary: tokenizer.size, begin, end },
    {
      decode: (ids) => tokenizer.decode(ids),
      ...{ length, temperature, random: new Random(recipe.seed) },
      forbidden: [unknown, pad].filter((id) => id !== undefined),
    },
  );
}

/** The texts of examples; labels are left aside. Throws UserError for what holds no texts. */
export function textsOf(examples: Examples): string[] {
  if (examples.kind === 'lines' || examples.kind === 'labelled') return examples.texts;
  throw new UserError('A language model learns from text: set source.format to "text" or "lines".');
}
