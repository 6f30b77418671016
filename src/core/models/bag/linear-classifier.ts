import { UserError } from '../../errors';
import type { NamedTensor } from '../../runs/safetensors';
import type { Checkpoint } from '../../training/learner';
import { NgramBag } from './bag';

const LONGEST_NGRAM = 5;
const MOST_LABELS = 100_000;

/**
 * A linear model on bags of n-grams: scores are biases plus the sum of value times weight over the features. One label an
 * example: softmax over the scores; any number of labels: the logistic function of each.
 */
export class LinearClassifier {
  /**
   * @param weights [features, labels], row-major
   * @param bias [labels]
   */
  constructor(
    readonly labels: string[],
    readonly multiLabel: boolean,
    readonly bag: NgramBag,
    readonly weights: Float32Array,
    readonly bias: Float32Array,
  ) {}

  get parameterCount(): number {
    return this.weights.length + this.bias.length;
  }

  /** Score of each label, given a sequence of tokens: a logarithm of odds up to a constant. */
  scores(ids: Int32Array): Float64Array {
    const width = this.labels.length;
    const scores = Float64Array.from(this.bias);
    for (const [feature, value] of this.bag.count(ids)) {
      for (let k = 0; k < width; k++) scores[k] += value * this.weights[feature * width + k];
    }
    return scores;
  }

  /** Probability of each label, given a sequence of tokens. */
  predict(ids: Int32Array): Float64Array {
    const scores = this.scores(ids);
    return (this.multiLabel ? scores.map(logSigmoid) : logSoftmax(scores)).map(Math.exp);
  }

  /** Features that speak for a label most, the strongest first: their tokens. */
  telling(label: number, count: number): Int32Array[] {
    const width = this.labels.length;
    const weightOf = (feature: number): number => this.weights[feature * width + label];
    let best: number[] = [];
    for (let feature = 0; feature < this.bag.size; feature++) {
      if (weightOf(feature) <= 0 || (best.length === count && weightOf(feature) <= weightOf(best[count - 1]))) continue;
      best = [...best, feature].sort((a, b) => weightOf(b) - weightOf(a)).slice(0, count);
    }
    return best.map((feature) => this.bag.index.tokensOf(feature));
  }

  checkpoint(): Checkpoint {
    const { parent, token } = this.bag.index;
    const features = this.bag.size;
    return {
      tensors: [
        { name: 'index.parent', dtype: 'I32', shape: [features], data: parent.slice() },
        { name: 'index.token', dtype: 'I32', shape: [features], data: token.slice() },
        { name: 'weight', dtype: 'F32', shape: [features, this.labels.length], data: this.weights },
        { name: 'bias', dtype: 'F32', shape: [this.labels.length], data: this.bias },
      ],
      metadata: {
        model: 'bag',
        ngrams: String(this.bag.longest),
        binary: String(this.bag.binary),
        multiLabel: String(this.multiLabel),
        labels: JSON.stringify(this.labels),
      },
    };
  }

  /** The model of a checkpoint, of untrusted tensors. Throws UserError. */
  static fromCheckpoint(
    tensors: ReadonlyMap<string, NamedTensor>,
    metadata: Readonly<Record<string, string>>,
  ): LinearClassifier {
    const longest = Number(metadata.ngrams);
    if (metadata.model !== 'bag' || tensors.size !== 4) throw damaged('it does not say that it holds one');
    if (!Number.isInteger(longest) || longest < 1 || longest > LONGEST_NGRAM) throw damaged(`its n-grams are unknown`);
    const labels = readLabels(metadata.labels);
    const parent = read(tensors, 'index.parent', Int32Array, 1);
    const token = read(tensors, 'index.token', Int32Array, 1);
    const weights = read(tensors, 'weight', Float32Array, 2);
    const bias = read(tensors, 'bias', Float32Array, 1);
    if (
      token.length !== parent.length ||
      weights.length !== parent.length * labels.length ||
      bias.length !== labels.length
    ) {
      throw damaged('its tables differ in length');
    }
    if (!weights.every(Number.isFinite) || !bias.every(Number.isFinite))
      throw damaged('it has values that are no numbers');
    const bag = readBag(longest, metadata.binary === 'true', parent, token);
    return new LinearClassifier(labels, metadata.multiLabel === 'true', bag, weights, bias);
  }
}

/** Logarithms of softmax's probabilities. */
export function logSoftmax(scores: Float64Array): Float64Array {
  let highest = -Infinity;
  for (const score of scores) if (score > highest) highest = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - highest);
  const logSum = highest + Math.log(sum);
  return scores.map((score) => score - logSum);
}

/** Logarithm of the logistic function, without overflow. */
export function logSigmoid(score: number): number {
  return Math.min(0, score) - Math.log1p(Math.exp(-Math.abs(score)));
}

function readBag(longest: number, binary: boolean, parent: Int32Array, token: Int32Array): NgramBag {
  const bag = new NgramBag(longest, binary);
  const length = new Uint8Array(parent.length);
  for (let row = 0; row < parent.length; row++) {
    const isKnown = parent[row] >= -1 && parent[row] < row && token[row] >= 0;
    length[row] = isKnown && parent[row] >= 0 ? length[parent[row]] + 1 : 1;
    if (!isKnown || length[row] > longest || bag.index.findOrAdd(parent[row], token[row]) !== row) {
      throw damaged('its n-grams are out of order');
    }
  }
  return bag;
}

function readLabels(text: string | undefined): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    throw damaged('it names no labels');
  }
  if (!Array.isArray(value) || value.length < 1 || value.length > MOST_LABELS) throw damaged('it names no labels');
  const labels = value.filter((label): label is string => typeof label === 'string');
  if (new Set(labels).size !== value.length) throw damaged('its labels are not different texts');
  return labels;
}

function read<T extends Int32Array | Float32Array>(
  tensors: ReadonlyMap<string, NamedTensor>,
  name: string,
  type: new (length: number) => T,
  dimensions: number,
): T {
  const tensor = tensors.get(name);
  if (!(tensor?.data instanceof type) || tensor.shape.length !== dimensions) throw damaged(`it lacks ${name}`);
  return tensor.data;
}

function damaged(what: string): UserError {
  return new UserError(
    `The checkpoint is not a usable classifier of n-grams (${what}): train again, or choose another run.`,
  );
}
