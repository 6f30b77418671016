import type { Random } from '../../random';

/** Sequences between two yields: a few milliseconds. */
const SLICE = 64;

export interface BaumWelchOptions {
  iterations: number;
  /** Done when the log-likelihood of a token grows by less. */
  tolerance: number;
}

/** Sums over all sequences that one step of Baum-Welch divides. */
interface Expected {
  logLikelihood: number;
  tokens: number;
  initial: Float64Array;
  transition: Float64Array;
  emission: Float64Array;
}

/**
 * Hidden Markov model over symbols, for sequences without tags (Rabiner, "A tutorial on hidden Markov models", 1989, with
 * his scaling): forward and backward, posterior and Viterbi decoding, and Baum-Welch. Its tables sum to one by row.
 */
export class HiddenMarkovModel {
  /**
   * @param states K
   * @param symbols V; sequences hold 0 to V - 1
   * @param initial [K]
   * @param transition [K, K], from row to column
   * @param emission [K, V]
   */
  constructor(
    readonly states: number,
    readonly symbols: number,
    readonly initial: Float64Array,
    readonly transition: Float64Array,
    readonly emission: Float64Array,
  ) {
    const fits =
      initial.length === states && transition.length === states * states && emission.length === states * symbols;
    if (!fits) throw new RangeError(`The tables are not of ${states} states and ${symbols} symbols.`);
  }

  /** A model to start from: rows near the uniform distribution, each another. */
  static random(states: number, symbols: number, random: Random): HiddenMarkovModel {
    const rows = (count: number, width: number): Float64Array =>
      normalised(
        Float64Array.from({ length: count * width }, () => 0.5 + random.next()),
        width,
      );
    return new HiddenMarkovModel(states, symbols, rows(1, states), rows(states, states), rows(states, symbols));
  }

  /** ln p(sequence); 0 for an empty one, -Infinity for one that cannot be. */
  logLikelihood(sequence: Int32Array): number {
    return this.forward(sequence).scales.reduce((sum, scale) => sum + Math.log(scale), 0);
  }

  /** p(state | whole sequence) at each symbol, [T, K]. */
  posterior(sequence: Int32Array): Float64Array {
    const { alpha, scales } = this.forward(sequence);
    const beta = this.backward(sequence, scales);
    return alpha.map((value, at) => value * beta[at]);
  }

  /** The most probable sequence of states. */
  viterbi(sequence: Int32Array): Int32Array {
    const { states: K, symbols: V } = this;
    const path = new Int32Array(sequence.length);
    if (sequence.length === 0) return path;
    let best = this.initial.map((p, k) => Math.log(p * this.emission[k * V + sequence[0]]));
    const back = new Int32Array(sequence.length * K);
    for (let t = 1; t < sequence.length; t++) {
      const before = best;
      best = before.map((_, k) => {
        let from = 0;
        for (let j = 1; j < K; j++) {
          if (before[j] + Math.log(this.transition[j * K + k]) > before[from] + Math.log(this.transition[from * K + k]))
            from = j;
        }
        back[t * K + k] = from;
        return before[from] + Math.log(this.transition[from * K + k] * this.emission[k * V + sequence[t]]);
      });
    }
    path[sequence.length - 1] = best.reduce((high, score, k) => (score > best[high] ? k : high), 0);
    for (let t = sequence.length - 1; t > 0; t--) path[t - 1] = back[t * K + path[t]];
    return path;
  }

  /**
   * Baum-Welch from a first model: a new one after each round, whose likelihood is no lower. Yields between slices;
   * returns the last model and the mean log-likelihood of a token before each round.
   */
  static *fitInSlices(
    start: HiddenMarkovModel,
    sequences: readonly Int32Array[],
    { iterations, tolerance }: BaumWelchOptions,
  ): Generator<number, { model: HiddenMarkovModel; logLikelihoods: number[] }> {
    let model = start;
    const logLikelihoods: number[] = [];
    for (let round = 0; round < iterations; round++) {
      const expected = model.nothing();
      for (let s = 0; s < sequences.length; s++) {
        model.expect(sequences[s], expected);
        if (s % SLICE === SLICE - 1) yield (round + s / sequences.length) / iterations;
      }
      if (expected.tokens === 0) break;
      logLikelihoods.push(expected.logLikelihood / expected.tokens);
      const gain = logLikelihoods[round] - (logLikelihoods[round - 1] ?? -Infinity);
      if (gain < tolerance) break;
      model = model.maximised(expected);
      yield (round + 1) / iterations;
    }
    return { model, logLikelihoods };
  }

  /** Forward probabilities [T, K], each step divided by its sum, and those sums [T]. */
  private forward(sequence: Int32Array): { alpha: Float64Array; scales: Float64Array } {
    const { states: K, symbols: V } = this;
    const alpha = new Float64Array(sequence.length * K);
    const scales = new Float64Array(sequence.length);
    for (let t = 0; t < sequence.length; t++) {
      if (!(sequence[t] >= 0 && sequence[t] < V)) throw new RangeError(`No symbol ${sequence[t]}.`);
      for (let k = 0; k < K; k++) {
        let sum = t === 0 ? this.initial[k] : 0;
        if (t > 0) for (let j = 0; j < K; j++) sum += alpha[(t - 1) * K + j] * this.transition[j * K + k];
        alpha[t * K + k] = sum * this.emission[k * V + sequence[t]];
        scales[t] += alpha[t * K + k];
      }
      if (scales[t] > 0) for (let k = 0; k < K; k++) alpha[t * K + k] /= scales[t];
    }
    return { alpha, scales };
  }

  /** Backward probabilities [T, K], divided by the same sums, so that alpha times beta is the posterior. */
  private backward(sequence: Int32Array, scales: Float64Array): Float64Array {
    const { states: K, symbols: V } = this;
    const beta = new Float64Array(sequence.length * K).fill(1, Math.max(0, sequence.length - 1) * K);
    for (let t = sequence.length - 2; t >= 0; t--) {
      for (let j = 0; j < K; j++) {
        let sum = 0;
        for (let k = 0; k < K; k++) {
          sum += this.transition[j * K + k] * this.emission[k * V + sequence[t + 1]] * beta[(t + 1) * K + k];
        }
        beta[t * K + j] = scales[t + 1] > 0 ? sum / scales[t + 1] : 0;
      }
    }
    return beta;
  }

  private nothing(): Expected {
    return {
      logLikelihood: 0,
      tokens: 0,
      initial: new Float64Array(this.initial.length),
      transition: new Float64Array(this.transition.length),
      emission: new Float64Array(this.emission.length),
    };
  }

  /** Adds what a sequence is expected to use. One that the model holds impossible teaches nothing. */
  private expect(sequence: Int32Array, expected: Expected): void {
    const { states: K, symbols: V } = this;
    const { alpha, scales } = this.forward(sequence);
    if (sequence.length === 0 || scales.some((scale) => !(scale > 0))) return;
    const beta = this.backward(sequence, scales);
    expected.tokens += sequence.length;
    for (let t = 0; t < sequence.length; t++) {
      expected.logLikelihood += Math.log(scales[t]);
      for (let k = 0; k < K; k++) {
        const state = alpha[t * K + k] * beta[t * K + k];
        if (t === 0) expected.initial[k] += state;
        expected.emission[k * V + sequence[t]] += state;
        if (t === 0) continue;
        const into = (this.emission[k * V + sequence[t]] * beta[t * K + k]) / scales[t];
        for (let j = 0; j < K; j++) {
          expected.transition[j * K + k] += alpha[(t - 1) * K + j] * this.transition[j * K + k] * into;
        }
      }
    }
  }

  /** The model that the expectations make most probable. A state that is never left or never used keeps its rows. */
  private maximised({ initial, transition, emission }: Expected): HiddenMarkovModel {
    const { states, symbols } = this;
    return new HiddenMarkovModel(
      states,
      symbols,
      normalised(initial, states, this.initial),
      normalised(transition, states, this.transition),
      normalised(emission, symbols, this.emission),
    );
  }
}

/** Divides each row by its sum, in place; a row of zeros becomes that of `otherwise`. */
function normalised(rows: Float64Array, width: number, otherwise?: Float64Array): Float64Array {
  for (let from = 0; from < rows.length; from += width) {
    const row = rows.subarray(from, from + width);
    const sum = row.reduce((total, value) => total + value, 0);
    if (sum > 0) for (let i = 0; i < width; i++) row[i] /= sum;
    else if (otherwise) row.set(otherwise.subarray(from, from + width));
  }
  return rows;
}
