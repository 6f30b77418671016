import type { Random } from '../../random';
import type { NamedTensor } from '../../runs/safetensors';
import type { BioRule } from './bio';
import type { ClassicTagger, TaggedTokens } from './sentence-tagger';
import { floatTensor, readFloats, readTexts, textTensor, type Tensors } from './tables';
import { checkTags, SENTENCES_PER_SLICE, type TaggedSentence, type Tagger } from './tagged';

export interface PerceptronOptions {
  /** Number of tags. */
  tags: number;
  /** Passes over the sentences, each in another order. */
  epochs: number;
  /** Draws the orders. */
  random: Random;
  /** What guesses keep to. */
  rule?: BioRule;
}

/** Weights of a feature by tag, and what averaging needs. */
interface Weights {
  now: Float64Array;
  /** Sum of `now` over the words up to `since`. */
  sums: Float64Array;
  /** Word number up to which each sum reaches. */
  since: Float64Array;
}

/** What stands before the first word and behind the last one. */
const OUTSIDE = '\n';

/**
 * Averaged perceptron tagger (Collins, "Discriminative training methods for hidden Markov models", 2002), decoded greedily
 * from left to right: features of the word, its ends, its neighbours and the two tags before; the weights are the mean
 * over all words that were trained on.
 */
export class PerceptronTagger implements Tagger, ClassicTagger {
  private constructor(
    private readonly tags: number,
    private readonly weights: Map<string, Float64Array>,
    private readonly words: Set<string>,
    private readonly rule: BioRule | undefined,
  ) {}

  /** Yields the share that is done. Throws RangeError when words and tags do not fit. */
  static *trainInSlices(
    sentences: readonly TaggedSentence[],
    { tags, epochs, random, rule }: PerceptronOptions,
  ): Generator<number, PerceptronTagger> {
    for (const sentence of sentences) checkTags(sentence, tags);
    const training = new Training(tags, rule);
    const order = sentences.map((_, i) => i);
    for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, random);
      for (let s = 0; s < order.length; s++) {
        training.learn(sentences[order[s]]);
        if (s % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield (epoch + s / order.length) / epochs;
      }
    }
    const words = new Set(sentences.flatMap((sentence) => [...sentence.words]));
    return new PerceptronTagger(tags, training.averages(), words, rule);
  }

  /** Throws UserError when the tensors are not those of such a tagger. */
  static fromTensors(tensors: Tensors, tags: number, rule?: BioRule): PerceptronTagger {
    const features = readTexts(tensors, 'features');
    const values = readFloats(tensors, 'weight', features.length * tags);
    const rows = features.map((feature, n) => [feature, values.subarray(n * tags, (n + 1) * tags)] as const);
    return new PerceptronTagger(tags, new Map(rows), new Set(readTexts(tensors, 'words')), rule);
  }

  /** Weights that are kept. */
  get parameterCount(): number {
    return this.weights.size * this.tags;
  }

  isKnown(word: string): boolean {
    return this.words.has(word);
  }

  tag(words: readonly string[]): Int32Array {
    return this.read(words).tags;
  }

  /**
   * Probabilities are the softmax of the scores of the tags that may stand there: a perceptron has none of its own, and these
   * are too sure.
   */
  read(words: readonly string[]): TaggedTokens {
    const tags = new Int32Array(words.length);
    const probabilities = new Float32Array(words.length * this.tags);
    for (let i = 0; i < words.length; i++) {
      const features = featuresAt(words, i, tags);
      const scores = scoresOf(
        this.tags,
        features.map((feature) => this.weights.get(feature)),
      );
      tags[i] = highest(scores, this.rule, tags[i - 1]);
      const before = tags[i - 1] ?? -1;
      const shares = scores.map((score, tag) =>
        !this.rule || this.rule.allows(before, tag) ? Math.exp(score - scores[tags[i]]) : 0,
      );
      const all = shares.reduce((sum, share) => sum + share, 0);
      shares.forEach((share, tag) => (probabilities[i * this.tags + tag] = share / all));
    }
    return { tags, probabilities };
  }

  tensors(): NamedTensor[] {
    const weights = new Float32Array(this.parameterCount);
    [...this.weights.values()].forEach((row, n) => weights.set(row, n * this.tags));
    return [
      textTensor('features', [...this.weights.keys()]),
      floatTensor('weight', weights),
      textTensor('words', [...this.words]),
    ];
  }
}

class Training {
  private readonly features = new Map<string, Weights>();
  /** Words that were seen. */
  private seen = 0;

  constructor(
    private readonly tags: number,
    private readonly rule: BioRule | undefined,
  ) {}

  /** Tags a sentence as it will be tagged, on its own guesses, and moves the weights where a guess is wrong. */
  learn({ words, tags }: TaggedSentence): void {
    const guesses = new Int32Array(words.length);
    for (let i = 0; i < words.length; i++) {
      this.seen++;
      const features = featuresAt(words, i, guesses);
      const scores = scoresOf(
        this.tags,
        features.map((feature) => this.features.get(feature)?.now),
      );
      guesses[i] = highest(scores, this.rule, guesses[i - 1]);
      if (guesses[i] === tags[i]) continue;
      for (const feature of features) {
        const weights = this.weightsOf(feature);
        this.move(weights, tags[i], 1);
        this.move(weights, guesses[i], -1);
      }
    }
  }

  averages(): Map<string, Float64Array> {
    const result = new Map<string, Float64Array>();
    for (const [feature, weights] of this.features) {
      for (let tag = 0; tag < this.tags; tag++) this.move(weights, tag, 0);
      const mean = weights.sums.map((sum) => sum / this.seen);
      if (mean.some((weight) => weight !== 0)) result.set(feature, mean);
    }
    return result;
  }

  private weightsOf(feature: string): Weights {
    let weights = this.features.get(feature);
    if (!weights) {
      const [now, sums, since] = [0, 0, 0].map(() => new Float64Array(this.tags));
      this.features.set(feature, (weights = { now, sums, since }));
    }
    return weights;
  }

  private move({ now, sums, since }: Weights, tag: number, by: number): void {
    sums[tag] += now[tag] * (this.seen - since[tag]);
    since[tag] = this.seen;
    now[tag] += by;
  }
}

/** @param tags the guesses for the words before `i` */
function featuresAt(words: readonly string[], i: number, tags: Int32Array): string[] {
  const word = words[i];
  const wordAt = (at: number): string => (at >= 0 && at < words.length ? words[at].toLowerCase() : OUTSIDE);
  const tagAt = (at: number): string => (at >= 0 ? String(tags[at]) : OUTSIDE);
  const [before, twice] = [tagAt(i - 1), tagAt(i - 2)];
  const kind = /\p{N}/u.test(word) ? '0' : /^\p{Lu}/u.test(word) ? (i === 0 ? 'S' : 'A') : 'a';
  return [
    'bias',
    `w ${wordAt(i)}`,
    `k ${kind} ${wordAt(i).slice(-2)}`,
    `e1 ${wordAt(i).slice(-1)}`,
    `e2 ${wordAt(i).slice(-2)}`,
    `e3 ${wordAt(i).slice(-3)}`,
    `b ${word.slice(0, 2)}`,
    `t ${before}`,
    `tt ${twice} ${before}`,
    `tw ${before} ${wordAt(i)}`,
    `-1 ${wordAt(i - 1)}`,
    `-1e ${wordAt(i - 1).slice(-3)}`,
    `-2 ${wordAt(i - 2)}`,
    `+1 ${wordAt(i + 1)}`,
    `+1e ${wordAt(i + 1).slice(-3)}`,
    `+2 ${wordAt(i + 2)}`,
  ];
}

function scoresOf(tags: number, weights: (Float64Array | undefined)[]): Float64Array {
  const scores = new Float64Array(tags);
  for (const own of weights) if (own) for (let tag = 0; tag < tags; tag++) scores[tag] += own[tag];
  return scores;
}

/** The tag of the highest score, the first of equals, of those that the rule allows behind the tag before. */
function highest(scores: Float64Array, rule?: BioRule, before = -1): number {
  let high = -1;
  scores.forEach((score, tag) => {
    if ((high < 0 || score > scores[high]) && (!rule || rule.allows(before, tag))) high = tag;
  });
  return high;
}

/** Fisher and Yates, in place. */
function shuffle(list: number[], random: Random): void {
  for (let i = list.length - 1; i > 0; i--) {
    const other = random.integer(i + 1);
    [list[i], list[other]] = [list[other], list[i]];
  }
}
