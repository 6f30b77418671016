import type { Random } from '../../random';
import type { NamedTensor } from '../../runs/safetensors';
import { shuffled } from '../../text/bucket-batches';
import type { BioRule } from './bio';
import { featuresOf } from './crf-features';
import { bestChain, chainMarginals, type Chain } from './linear-chain';
import type { ClassicTagger, TaggedTokens } from './sentence-tagger';
import { damaged, floatTensor, readFloats, readTexts, textTensor, type Tensors } from './tables';
import { checkTags, SENTENCES_PER_SLICE, type TaggedSentence } from './tagged';

export interface CrfOptions {
  /** Number of tags. */
  tags: number;
  passes: number;
  /** Weight of half the squared norm of the weights beside the sum of all sentences' losses. */
  l2: number;
  minCount: number;
  /** Draws the order of the sentences in each pass. */
  random: Random;
  /** What the answers keep to; the weights are learned without it. */
  rule?: BioRule;
}

/** First step of the gradient descent, which falls in a line to a hundredth of it. */
const RATE = 0.1;
const LAST_SHARE = 0.01;

/** Weights of a chain of `size` tags: [features, tags], then [tags, tags] of neighbours, then [tags] of first tokens. */
export interface CrfWeights {
  size: number;
  features: number;
  values: Float64Array;
}

/** A sentence in numbers: known features of each token, and its tags. */
export interface CrfSentence {
  features: Int32Array[];
  tags: ArrayLike<number>;
}

/**
 * Adds `rate` times the gradient of ln p(tags | sentence) to `into`, which may be the weights themselves, and returns ln p.
 * Weights are `scale` times their values.
 */
export function addCrfGradient(
  { features, tags }: CrfSentence,
  weights: CrfWeights,
  { into, rate, scale = 1 }: { into: Float64Array; rate: number; scale?: number },
): number {
  if (features.length === 0) return 0;
  const { size } = weights;
  const pairsAt = weights.features * size;
  const startAt = pairsAt + size * size;
  const chain = chainOf(features, weights, scale);
  const { logPartition, tokens, pairs } = chainMarginals(chain);
  let score = chain.start[tags[0]];
  for (let i = 0; i < features.length; i++) {
    score += chain.emissions[i * size + tags[i]];
    for (const feature of features[i]) {
      const at = feature * size;
      for (let k = 0; k < size; k++) into[at + k] -= rate * tokens[i * size + k];
      into[at + tags[i]] += rate;
    }
    if (i === 0) continue;
    score += chain.transitions[tags[i - 1] * size + tags[i]];
    into[pairsAt + tags[i - 1] * size + tags[i]] += rate;
  }
  for (let k = 0; k < size; k++) into[startAt + k] -= rate * tokens[k];
  into[startAt + tags[0]] += rate;
  for (let at = 0; at < pairs.length; at++) into[pairsAt + at] -= rate * pairs[at];
  return score - logPartition;
}

function chainOf(features: Int32Array[], { size, values, features: count }: CrfWeights, scale: number): Chain {
  const emissions = new Float64Array(features.length * size);
  features.forEach((own, i) => {
    for (const feature of own) {
      for (let k = 0; k < size; k++) emissions[i * size + k] += values[feature * size + k];
    }
  });
  const pairsAt = count * size;
  const part = (from: number, to: number) => values.slice(from, to).map((value) => value * scale);
  return {
    size,
    emissions: scale === 1 ? emissions : emissions.map((value) => value * scale),
    transitions: part(pairsAt, pairsAt + size * size),
    start: part(pairsAt + size * size, values.length),
  };
}

/**
 * Linear-chain conditional random field on features of words (Lafferty, McCallum and Pereira, 2001), fitted by stochastic
 * gradient descent, a sentence a step, with the L2 norm as a factor of all weights (Bottou, 2010).
 */
export class CrfTagger implements ClassicTagger {
  private constructor(
    private readonly ids: Map<string, number>,
    private readonly weights: CrfWeights,
    private readonly rule: BioRule | undefined,
  ) {}

  /** Yields the share that is done. Throws RangeError when words and tags do not fit. */
  static *trainInSlices(sentences: readonly TaggedSentence[], options: CrfOptions): Generator<number, CrfTagger> {
    const { tags: size, passes, l2, random } = options;
    const ids = yield* featureIds(sentences, options);
    const data = yield* encoded(sentences, ids);
    const values = new Float64Array(ids.size * size + size * size + size);
    const weights = { size, features: ids.size, values };
    const decay = l2 / Math.max(1, data.length);
    let scale = 1;
    let order: Int32Array = new Int32Array(0);
    const steps = passes * data.length;
    for (let step = 0; step < steps; step++) {
      if (step % data.length === 0) order = shuffled(data.length, random);
      const rate = RATE * (1 - (1 - LAST_SHARE) * (step / steps));
      scale *= 1 - rate * decay;
      addCrfGradient(data[order[step % data.length]], weights, { into: values, rate: rate / scale, scale });
      if (scale < 1e-3) scale = rescaled(values, scale);
      if (step % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield 0.1 + (0.9 * step) / steps;
    }
    rescaled(values, scale);
    return new CrfTagger(ids, weights, options.rule);
  }

  /** Throws UserError when the tensors are not those of such a tagger. */
  static fromTensors(tensors: Tensors, size: number, rule?: BioRule): CrfTagger {
    const names = readTexts(tensors, 'features');
    const ids = new Map(names.map((name, id) => [name, id]));
    if (ids.size !== names.length) throw damaged('features');
    const values = readFloats(tensors, 'weight', names.length * size + size * size + size);
    return new CrfTagger(ids, { size, features: names.length, values }, rule);
  }

  get parameterCount(): number {
    return this.weights.values.length;
  }

  read(words: readonly string[]): TaggedTokens {
    if (words.length === 0) return { tags: new Int32Array(0), probabilities: new Float32Array(0) };
    const chain = chainOf(known(words, this.ids), this.weights, 1);
    if (this.rule) forbid(chain, this.rule);
    return { tags: bestChain(chain), probabilities: Float32Array.from(chainMarginals(chain).tokens) };
  }

  tensors(): NamedTensor[] {
    return [textTensor('features', [...this.ids.keys()]), floatTensor('weight', this.weights.values)];
  }
}

/** Leaves no weight to tags in a row, and to first tags, that the rule does not allow. */
function forbid({ size, transitions, start }: Chain, rule: BioRule): void {
  for (let tag = 0; tag < size; tag++) {
    if (!rule.allows(-1, tag)) start[tag] = -Infinity;
    for (let before = 0; before < size; before++) {
      if (!rule.allows(before, tag)) transitions[before * size + tag] = -Infinity;
    }
  }
}

function rescaled(values: Float64Array, scale: number): number {
  for (let n = 0; n < values.length; n++) values[n] *= scale;
  return 1;
}

/** Places of the features that occur often enough. */
function* featureIds(
  sentences: readonly TaggedSentence[],
  { tags, minCount }: CrfOptions,
): Generator<number, Map<string, number>> {
  const counts = new Map<string, number>();
  for (const [s, sentence] of sentences.entries()) {
    checkTags(sentence, tags);
    for (const own of featuresOf(sentence.words)) for (const name of own) counts.set(name, (counts.get(name) ?? 0) + 1);
    if (s % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield (0.05 * s) / sentences.length;
  }
  const kept = [...counts].filter(([, count]) => count >= minCount);
  return new Map(kept.map(([name], id) => [name, id]));
}

function* encoded(
  sentences: readonly TaggedSentence[],
  ids: ReadonlyMap<string, number>,
): Generator<number, CrfSentence[]> {
  const result: CrfSentence[] = [];
  for (const [s, { words, tags }] of sentences.entries()) {
    if (words.length > 0) result.push({ features: known(words, ids), tags });
    if (s % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield 0.05 + (0.05 * s) / sentences.length;
  }
  return result;
}

function known(words: readonly string[], ids: ReadonlyMap<string, number>): Int32Array[] {
  return featuresOf(words).map((own) =>
    Int32Array.from(own.map((name) => ids.get(name) ?? -1).filter((id) => id >= 0)),
  );
}
