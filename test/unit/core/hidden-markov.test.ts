import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HiddenMarkovModel } from '../../../src/core/models/tagger/hidden-markov';
import { Random } from '../../../src/core/random';
import { finish } from '../../helpers/finish';

const [STATES, SYMBOLS] = [3, 4];

/** p(states, symbols) of every sequence of states. */
function paths(model: HiddenMarkovModel, sequence: number[]): { path: number[]; p: number }[] {
  const all = sequence.reduce<number[][]>((lists) => lists.flatMap((list) => [0, 1, 2].map((k) => [...list, k])), [[]]);
  return all.map((path) => ({
    path,
    p: path.reduce((product, k, t) => {
      const move = t === 0 ? model.initial[k] : model.transition[path[t - 1] * STATES + k];
      return product * move * model.emission[k * SYMBOLS + sequence[t]];
    }, 1),
  }));
}

describe('HiddenMarkovModel', () => {
  it('agrees with the sum over all sequences of states', () => {
    const problem = fc.record({
      seed: fc.nat(1000),
      sequence: fc.array(fc.nat(SYMBOLS - 1), { minLength: 1, maxLength: 6 }),
    });
    fc.assert(
      fc.property(problem, ({ seed, sequence }) => {
        const model = HiddenMarkovModel.random(STATES, SYMBOLS, new Random(seed));
        const all = paths(model, sequence);
        const total = all.reduce((sum, { p }) => sum + p, 0);
        const ids = Int32Array.from(sequence);
        expect(model.logLikelihood(ids)).toBeCloseTo(Math.log(total), 10);
        const posterior = model.posterior(ids);
        for (let t = 0; t < sequence.length; t++) {
          for (let k = 0; k < STATES; k++) {
            const share = all.filter(({ path }) => path[t] === k).reduce((sum, { p }) => sum + p, 0) / total;
            expect(posterior[t * STATES + k]).toBeCloseTo(share, 10);
          }
        }
        // Two paths may be as probable as one another.
        const found = model.viterbi(ids).join();
        const own = all.find(({ path }) => path.join() === found)?.p ?? 0;
        expect(own / Math.max(...all.map(({ p }) => p))).toBeCloseTo(1, 10);
      }),
      { numRuns: 200 },
    );
  });

  it('never loses likelihood by Baum-Welch, and finds the two hidden dice again', () => {
    // Two states that stay with 0.9; one mostly shows 0 and 1, the other 2 and 3.
    const random = new Random(5);
    const truth = new HiddenMarkovModel(
      2,
      4,
      Float64Array.of(0.5, 0.5),
      Float64Array.of(0.9, 0.1, 0.1, 0.9),
      Float64Array.of(0.6, 0.3, 0.05, 0.05, 0.05, 0.05, 0.3, 0.6),
    );
    const draw = (row: Float64Array): number => {
      let rest = random.next();
      const found = row.findIndex((p) => (rest -= p) < 0);
      return found < 0 ? row.length - 1 : found;
    };
    const hidden: number[][] = [];
    const sequences = Array.from({ length: 150 }, () => {
      let state = draw(truth.initial);
      const states: number[] = [];
      hidden.push(states);
      return Int32Array.from({ length: 40 }, () => {
        states.push(state);
        const symbol = draw(truth.emission.subarray(state * 4, state * 4 + 4));
        state = draw(truth.transition.subarray(state * 2, state * 2 + 2));
        return symbol;
      });
    });
    const start = HiddenMarkovModel.random(2, 4, new Random(1));
    const { model, logLikelihoods } = finish(
      HiddenMarkovModel.fitInSlices(start, sequences, { iterations: 200, tolerance: 1e-7 }),
    );
    for (let i = 1; i < logLikelihoods.length; i++) {
      expect(logLikelihoods[i]).toBeGreaterThanOrEqual(logLikelihoods[i - 1] - 1e-12);
    }
    const mean = (own: HiddenMarkovModel): number =>
      sequences.reduce((sum, sequence) => sum + own.logLikelihood(sequence), 0) / (150 * 40);
    // At least as good as the truth on the data that it learned from.
    expect(mean(model)).toBeGreaterThanOrEqual(mean(truth));
    const flipped = model.emission[0] > model.emission[4] ? 0 : 1;
    expect(Math.abs(model.emission[flipped * 4] - 0.6)).toBeLessThan(0.06);
    expect(Math.abs(model.transition[0] - 0.9)).toBeLessThan(0.04);
    const right = sequences.flatMap((sequence, s) =>
      Array.from(model.viterbi(sequence), (state, t) => (state === flipped ? 0 : 1) === hidden[s][t]),
    );
    expect(right.filter(Boolean).length / right.length).toBeGreaterThan(0.9);
  });

  it('knows empty and impossible sequences', () => {
    const model = new HiddenMarkovModel(1, 2, Float64Array.of(1), Float64Array.of(1), Float64Array.of(1, 0));
    expect(model.logLikelihood(new Int32Array(0))).toBe(0);
    expect(model.viterbi(new Int32Array(0))).toEqual(new Int32Array(0));
    expect(model.logLikelihood(Int32Array.of(0, 1, 0))).toBe(-Infinity);
    const fit = finish(HiddenMarkovModel.fitInSlices(model, [Int32Array.of(0, 1)], { iterations: 3, tolerance: 0 }));
    expect(fit).toEqual({ model, logLikelihoods: [] });
    expect(() => model.logLikelihood(Int32Array.of(2))).toThrow(RangeError);
    expect(() => new HiddenMarkovModel(2, 2, Float64Array.of(1), model.transition, model.emission)).toThrow(RangeError);
  });
});
