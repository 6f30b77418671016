import { RecurrentLanguageModel } from '../models/language-model';
import type { Random } from '../random';
import { brokenScores, drawToken, type ChoiceOptions, type DrawnToken } from './choice';
import { FusedGenerator } from './fused';
import type { NextTokenModel, ScoreReader } from './next-token-model';
import { Reader } from './reader';

interface TextOptions extends ChoiceOptions {
  /** Tokens to draw. */
  length: number;
}
export interface SamplingOptions extends TextOptions {
  random: Random;
}

/** Tokens of a prompt that are read in one go. */
const PROMPT_CHUNK = 256;

/**
 * Continues a prompt, a token at each `next()`. After an empty prompt the first token is drawn from the scores of a hidden
 * state of zeros.
 *
 * Holds the recurrent state between tokens; it is disposed of at the end, or when the generator is closed by `return()`.
 * `random` has then given a number for each token that came out, and no more. Throws UserError when the model's scores are
 * no numbers.
 */
export function* sampleTokens(
  model: NextTokenModel,
  promptIds: Int32Array,
  { random, ...options }: SamplingOptions,
): Generator<DrawnToken, void> {
  for (const [token] of sampleTogether(model, promptIds, { ...options, random: [random] })) yield token;
}

/**
 * Continues one prompt in several ways at once: a token for each generator in `random` at each `next()`. Each text is the
 * one that `sampleTokens` writes with its generator alone.
 */
export function* sampleTogether(
  model: NextTokenModel,
  promptIds: Int32Array,
  options: TextOptions & { random: Random[] },
): Generator<DrawnToken[], void> {
  const fused = model instanceof RecurrentLanguageModel ? FusedGenerator.of(model, options.forbidden) : undefined;
  if (!fused || !(model instanceof RecurrentLanguageModel)) return yield* drawComposed(model, promptIds, options);
  const reader = new Reader(model, 1);
  try {
    yield* drawFused(model, reader, fused, promptIds, options);
  } finally {
    fused.dispose();
    reader.dispose();
  }
}

type Options = TextOptions & { random: Random[] };

/** Reads a prompt. Returns the scores after its last token; those of a hidden state of zeros when it is empty. */
function readPrompt(model: NextTokenModel, reader: ScoreReader, ids: Int32Array, batch = 1): Float32Array {
  let scores = model.initialScores();
  for (let from = 0; from < ids.length; from += PROMPT_CHUNK) {
    const part = ids.slice(from, from + PROMPT_CHUNK);
    const rows = Int32Array.from({ length: part.length * batch }, (_, k) => part[Math.floor(k / batch)]);
    scores = reader.read(rows).slice(-model.vocabulary);
  }
  return scores;
}

/** One token of each sequence from the same scores. */
const drawFirst = (scores: Float32Array, options: Options): DrawnToken[] =>
  options.random.map((random) => drawToken(scores, { ...options, random }));

/** Scores are made by the model's own layers, and tokens chosen from them here. */
function* drawComposed(model: NextTokenModel, promptIds: Int32Array, options: Options): Generator<DrawnToken[], void> {
  const { vocabulary } = model;
  const batch = options.random.length;
  const reader = model.reader(batch);
  try {
    const scores = readPrompt(model, reader, promptIds, batch);
    if (options.length === 0) return;
    let tokens = drawFirst(scores, options);
    yield tokens;
    for (let drawn = 1; drawn < options.length; drawn++) {
      const rows = reader.read(Int32Array.from(tokens, ({ id }) => id)); // [B, V]
      tokens = options.random.map((random, b) =>
        drawToken(rows.subarray(b * vocabulary, (b + 1) * vocabulary), { ...options, random }),
      );
      yield tokens;
    }
  } finally {
    reader.dispose();
  }
}

/** Everything but the prompt is done by the compiled loop, some milliseconds at a time. */
function* drawFused(
  model: RecurrentLanguageModel,
  reader: Reader,
  fused: FusedGenerator,
  promptIds: Int32Array,
  options: Options,
): Generator<DrawnToken[], void> {
  const { random, length } = options;
  const batch = random.length;
  let drawn = 0;
  let last = new Int32Array(batch); // of each sequence, read by the loop itself
  if (promptIds.length > 0) {
    readPrompt(model, reader, promptIds.subarray(0, -1));
    last.fill(promptIds[promptIds.length - 1]);
  } else if (length > 0) {
    const tokens = drawFirst(model.initialScores(), options);
    last = Int32Array.from(tokens, ({ id }) => id);
    drawn = 1;
    yield tokens;
  }
  reader.repeat(batch);
  while (drawn < length) {
    const { ids, logProbabilities, state } = fused.draw(reader.state, last, random, length - drawn, options);
    reader.replaceState(state);
    for (let from = 0; from < ids.length; from += batch) {
      last = ids.slice(from, from + batch);
      if (last.includes(-1)) throw brokenScores();
      // The loop drew with copies: what is not asked for any more must not have been taken.
      if (options.temperature > 0) for (const each of random) each.next();
      yield Array.from(last, (id, b) => {
        const logProbability = logProbabilities[from + b];
        return { id, probability: Math.exp(logProbability), logProbability };
      });
    }
    drawn += ids.length / batch;
  }
}
