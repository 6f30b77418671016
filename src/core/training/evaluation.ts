import { argmax, logProbability } from '../generation/distribution';
import type { ScoreReader } from '../generation/next-token-model';
import type { NeuralLanguageModel } from '../models/neural-language-model';
import type { Evaluation } from './learner';

/** Figures on held-out tokens. */
export interface TokenEvaluation extends Evaluation {
  /** Share of tokens that were the most probable one. */
  accuracy: number;
}

/** Most streams side by side. */
const MAX_STREAMS = 32;
/** Shortest stream, in tokens: each starts without context, which costs a little loss. */
const MIN_STREAM = 256;
/** Multiplications that a slice may take: a few tens of milliseconds on one core with compiled kernels. */
const SLICE_WORK = 3e8;

/** How a stretch of tokens is cut into streams that are read side by side. */
interface Plan {
  /** First target of each stream, and one past the last of all. */
  bounds: number[];
  streams: number;
  /** Steps of the longest stream. */
  steps: number;
  /** Steps in one slice. */
  slice: number;
  vocabulary: number;
}

/**
 * Measures a model on `ids`, a slice at each `next()`, so that a thread can look at its control flags between slices.
 *
 * Every token but the first is predicted exactly once. The text is cut into up to 32 contiguous streams of 256 tokens or
 * more whose lengths differ by one at most; each starts from a state of zeros and carries it to its end. The cut depends
 * on the text's length only, so figures of different models are comparable.
 *
 * Tensors that live between slices are disposed of at the end, or when the generator is closed by `return()`.
 *
 * @param ids two tokens at least
 */
export function* evaluateInSlices(model: NeuralLanguageModel, ids: Int32Array): Generator<void, TokenEvaluation> {
  if (ids.length < 2) throw new RangeError('An evaluation needs two tokens at least.');
  const plan = planStreams(model, ids.length);
  const sums = { loss: 0, right: 0 };
  const reader = model.reader(plan.streams);
  try {
    for (let step = 0; step < plan.steps; step += plan.slice) {
      evaluateSlice(reader, ids, plan, step, sums);
      yield;
    }
  } finally {
    reader.dispose();
  }
  const tokens = ids.length - 1;
  return { loss: sums.loss / tokens, accuracy: sums.right / tokens, tokens };
}

function planStreams(model: NeuralLanguageModel, length: number): Plan {
  const targets = length - 1;
  const streams = Math.max(1, Math.min(MAX_STREAMS, Math.floor(targets / MIN_STREAM)));
  const bounds = Array.from({ length: streams + 1 }, (_, b) => 1 + Math.floor((b * targets) / streams));
  const steps = Math.ceil(targets / streams);
  const slice = Math.floor(SLICE_WORK / (model.parameterCount * streams));
  const { vocabulary } = model;
  return { bounds, streams, steps, vocabulary, slice: Math.max(1, Math.min(steps, slice)) };
}

/** Adds the slice that begins at `step` to the sums. */
function evaluateSlice(
  reader: ScoreReader,
  ids: Int32Array,
  { bounds, streams, steps, slice, vocabulary }: Plan,
  step: number,
  sums: { loss: number; right: number },
): void {
  const time = Math.min(slice, steps - step);
  const inputs = new Int32Array(time * streams);
  for (let b = 0; b < streams; b++) {
    // A stream that ends one step before the longest reads one token more, whose prediction is not counted.
    for (let t = 0; t < time; t++) inputs[t * streams + b] = ids[bounds[b] + step + t - 1];
  }
  const scores = reader.read(inputs); // [time * streams, V]
  for (let t = 0; t < time; t++) {
    for (let b = 0; b < streams; b++) {
      const target = bounds[b] + step + t;
      if (target >= bounds[b + 1]) continue;
      const row = (t * streams + b) * vocabulary;
      sums.loss -= logProbability(scores, row, vocabulary, ids[target]);
      if (argmax(scores, row, vocabulary) === ids[target]) sums.right++;
    }
  }
}
