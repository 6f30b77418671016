import type { NamedTensor } from '../../runs/safetensors';
import type { BioRule } from './bio';
import { expectation, type Step } from './hmm-marginals';
import { Lexicon } from './lexicon';
import type { ClassicTagger, TaggedTokens } from './sentence-tagger';
import { SuffixGuesser } from './suffix-guesser';
import { damaged, type Tensors } from './tables';
import { SENTENCES_PER_SLICE, type TaggedSentence, type Tagger } from './tagged';
import { countTagGrams, transitionsOf } from './transitions';

export interface HmmOptions {
  /** Number of tags. */
  tags: number;
  /** Tags that one looks at: 2 is a bigram model, 3 a trigram model. */
  order: 2 | 3;
  /** Rounds of Baum-Welch over the same sentences without their tags, after the counting; 0 without it. */
  iterations?: number;
  /** What the tags of a sentence keep to. */
  rule?: BioRule;
}

/**
 * Where a rule holds, how often a word would begin an entity at least, for each time it was seen inside of one: without it a
 * sentence could have no sequence of tags at all.
 */
const BEGINS = 0.1;

/**
 * Hidden Markov model of tags, counted on tagged sentences (Brants, 2000): p(tag | one or two tags before) interpolated
 * with shorter contexts, p(word | tag) from counts. A word that training lacked is taken for the same word in lower case; if
 * that is lacking too, p(tag | ending) / p(tag), which is p(word | tag) up to a constant, takes the place. Probabilities are
 * exact marginals (forward and backward). Baum-Welch may go on from the counts (Merialdo, 1994): a word keeps to the tags
 * that it was seen with.
 */
export class HmmTagger implements Tagger, ClassicTagger {
  private readonly emissions = new Map<string, Step>();

  /**
   * @param transitions ln p(c | a b) at [a, b, c], of tags and the boundary, whose index is `tags`
   * @param seen counts of tagged words, of which unknown ones are guessed
   * @param used counts, or after Baum-Welch expected counts, that p(word | tag) is of
   */
  private constructor(
    private readonly tags: number,
    private readonly transitions: Float64Array,
    private readonly seen: Lexicon,
    private readonly used: Lexicon,
    private readonly guesser: SuffixGuesser,
    private readonly rule: BioRule | undefined,
  ) {
    for (const [word, counts] of used.words) {
      this.emissions.set(word, stepOf(withBeginnings(counts, rule), used.tags));
    }
  }

  /** Counts sentences; yields the share that is done. Throws RangeError when words and tags do not fit. */
  static *trainInSlices(
    sentences: readonly TaggedSentence[],
    { tags, order, iterations = 0, rule }: HmmOptions,
  ): Generator<number, HmmTagger> {
    const lexicon = new Lexicon(tags);
    for (const share of lexicon.countInSlices(sentences)) yield share / (1 + iterations);
    const transitions = allowed(transitionsOf(countTagGrams(sentences, tags), order), tags + 1, rule);
    let model = new HmmTagger(tags, transitions, lexicon, lexicon, new SuffixGuesser(lexicon), rule);
    for (let round = 0; round < iterations; round++) {
      for (const step of model.improveInSlices(sentences, order)) {
        if (typeof step === 'number') yield (1 + round + step) / (1 + iterations);
        else model = step;
      }
    }
    yield 1;
    return model;
  }

  /** Throws UserError when the tensors are not those of such a tagger. */
  static fromTensors(tensors: Tensors, tags: number, rule?: BioRule): HmmTagger {
    const size = tags + 1;
    const table = tensors.get('transitions')?.data;
    if (!(table instanceof Float32Array) || table.length !== size ** 3 || table.some(Number.isNaN)) {
      throw damaged('transitions');
    }
    const seen = Lexicon.fromTensors(tensors, tags);
    const used = tensors.has('expected.words') ? Lexicon.fromTensors(tensors, tags, 'expected') : seen;
    const transitions = allowed(Float64Array.from(table), size, rule);
    return new HmmTagger(tags, transitions, seen, used, new SuffixGuesser(seen), rule);
  }

  /** Trainable numbers: transitions, and a count for each word and tag that were seen together. */
  get parameterCount(): number {
    return this.transitions.length + this.used.entries;
  }

  isKnown(word: string): boolean {
    return this.seen.words.has(word);
  }

  /** The most probable sequence of tags (Viterbi, over pairs of tags). */
  tag(words: readonly string[]): Int32Array {
    if (words.length === 0) return new Int32Array(0);
    const steps = this.stepsOf(words);
    // best[a, b] ends in the tags a and b of the last two steps; back[i][a, b] is the step before them.
    let best = Float64Array.of(0);
    const back: Int32Array[] = [];
    for (let i = 2; i < steps.length; i++) {
      const [next, from] = this.advance(steps[i - 2], steps[i - 1], steps[i], best);
      best = next;
      back[i] = from;
    }
    return this.trace(steps, back, best);
  }

  read(words: readonly string[]): TaggedTokens {
    const probabilities = new Float32Array(words.length * this.tags);
    if (words.length > 0) {
      expectation(this.stepsOf(words), this.transitions, this.tags + 1, {
        token: (i, tag, p) => (probabilities[i * this.tags + tag] += p),
      });
    }
    return { tags: this.tag(words), probabilities };
  }

  /** ln p(words), of words of the training text. */
  logLikelihood(words: readonly string[]): number {
    return words.length === 0 ? 0 : expectation(this.stepsOf(words), this.transitions, this.tags + 1, {});
  }

  /** One round of Baum-Welch: yields shares of the work, and the next model last. */
  *improveInSlices(sentences: readonly TaggedSentence[], order: 2 | 3): Generator<number | HmmTagger, void> {
    const size = this.tags + 1;
    const counts = new Float64Array(size ** 3);
    const lexicon = new Lexicon(this.tags);
    for (const [s, { words }] of sentences.entries()) {
      if (words.length > 0) {
        expectation(this.stepsOf(words), this.transitions, size, {
          token: (i, tag, p) => void (p > 0 && lexicon.add(words[i], tag, p)),
          three: (at, p) => (counts[at] += p),
        });
      }
      if (s % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield s / sentences.length;
    }
    const transitions = maximised(counts, this.transitions, size, order);
    yield new HmmTagger(this.tags, transitions, this.seen, lexicon, this.guesser, this.rule);
  }

  tensors(): NamedTensor[] {
    const size = this.tags + 1;
    const data = Float32Array.from(this.transitions);
    return [
      { name: 'transitions', dtype: 'F32', shape: [size, size, size], data },
      ...this.seen.tensors(),
      ...(this.used === this.seen ? [] : this.used.tensors('expected')),
    ];
  }

  private stepsOf(words: readonly string[]): Step[] {
    const boundary: Step = { tags: Int32Array.of(this.tags), logs: Float64Array.of(0) };
    return [boundary, boundary, ...words.map((word) => this.emissionOf(word)), boundary];
  }

  /** One step of Viterbi: the best scores of pairs of tags (b, c), and of each the best a before. */
  private advance(a: Step, b: Step, c: Step, best: Float64Array): [Float64Array<ArrayBuffer>, Int32Array] {
    const size = this.tags + 1;
    const next = new Float64Array(b.tags.length * c.tags.length);
    const from = new Int32Array(next.length);
    for (let j = 0; j < b.tags.length; j++) {
      for (let k = 0; k < c.tags.length; k++) {
        let highest = -Infinity;
        let argument = 0;
        for (let i = 0; i < a.tags.length; i++) {
          const transition = this.transitions[(a.tags[i] * size + b.tags[j]) * size + c.tags[k]];
          const score = best[i * b.tags.length + j] + transition;
          if (score > highest) [highest, argument] = [score, i];
        }
        next[j * c.tags.length + k] = highest + c.logs[k];
        from[j * c.tags.length + k] = argument;
      }
    }
    return [next, from];
  }

  private trace(steps: Step[], back: Int32Array[], best: Float64Array): Int32Array {
    const result = new Int32Array(steps.length - 3);
    const last = steps.length - 1;
    // The last step is the boundary, so the pair's index is that of the tag before it.
    let [tag, next] = [best.reduce((high, score, i) => (score > best[high] ? i : high), 0), 0];
    for (let i = last; i > 2; i--) {
      result[i - 3] = steps[i - 1].tags[tag];
      [tag, next] = [back[i][tag * steps[i].tags.length + next], tag];
    }
    return result;
  }

  private emissionOf(word: string): Step {
    const known = this.emissions.get(word) ?? this.emissions.get(word.toLowerCase());
    if (known) return known;
    const shares = withBeginnings(this.guesser.guess(word), this.rule);
    const all = this.seen.tags.reduce((sum, count) => sum + count, 0);
    const tags = Int32Array.from(shares.keys()).filter((tag) => shares[tag] > 0);
    return {
      tags,
      logs: Float64Array.from(tags, (tag) => Math.log(shares[tag]) - Math.log(this.seen.tags[tag] / all)),
    };
  }
}

/** Counts, or shares, in which what goes on in an entity can begin one, too. */
function withBeginnings(counts: Float64Array, rule: BioRule | undefined): Float64Array {
  if (!rule) return counts;
  const wider = Float64Array.from(counts);
  rule.beginnings.forEach((beginning, tag) => {
    if (beginning >= 0) wider[beginning] = Math.max(counts[beginning], BEGINS * counts[tag]);
  });
  return wider;
}

/** ln p(c | a b) without what the rule forbids, each row summing to 1 again. */
function allowed(transitions: Float64Array, size: number, rule: BioRule | undefined): Float64Array {
  if (!rule) return transitions;
  const kept = transitions.map((log, at) => {
    const [b, c] = [Math.floor(at / size) % size, at % size];
    return c === size - 1 || rule.allows(b, c) ? log : -Infinity;
  });
  for (let from = 0; from < kept.length; from += size) {
    const row = kept.subarray(from, from + size);
    const all = Math.log(row.reduce((sum, log) => sum + Math.exp(log), 0));
    if (Number.isFinite(all)) row.forEach((log, c) => (row[c] = log - all));
  }
  return kept;
}

function stepOf(counts: Float64Array, totals: Float64Array): Step {
  const tags = Int32Array.from(counts.keys()).filter((tag) => counts[tag] > 0);
  return { tags, logs: Float64Array.from(tags, (tag) => Math.log(counts[tag] / totals[tag])) };
}

/** ln of the probability that Baum-Welch leaves to what it expects nowhere: other sentences may need it. */
const LEAST = Math.log(1e-12);

/**
 * ln of the shares of expected counts at [a, b, c]; with order 2 `a` does not count. Contexts that never occur keep
 * theirs.
 */
function maximised(counts: Float64Array, before: Float64Array, size: number, order: 2 | 3): Float64Array {
  const contexts = order === 3 ? size * size : size;
  const sums = new Float64Array(contexts * size);
  counts.forEach((count, at) => (sums[at % sums.length] += count));
  return before.map((log, at) => {
    const own = at % sums.length;
    const from = own - (own % size);
    const all = sums.subarray(from, from + size).reduce((sum, count) => sum + count, 0);
    if (all === 0) return log;
    return Math.max(Math.log(sums[own] / all), log === -Infinity ? -Infinity : LEAST);
  });
}
