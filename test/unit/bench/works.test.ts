import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../bench/arguments';
import { cellsFor } from '../../../bench/bench';
import { agrees, parametersOf, scalingWorks, works } from '../../../bench/works';
import { UserError } from '../../../src/core/errors';

const cells = (...args: string[]) =>
  cellsFor(parseArguments(args, 2)).map(({ work, threads }) => `${work.work} ${work.size} ${threads}`);

describe('works', () => {
  it('have names of their own', () => {
    const names = [...works, ...scalingWorks].map(({ work, size }) => `${work} ${size}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('sample one sequence on one thread', () => {
    const sampling = works.filter(({ task }) => task === 'sample');
    expect(sampling).not.toHaveLength(0);
    for (const work of sampling) expect(work).toMatchObject({ batch: 1, threads: [1] });
  });

  it('walk along vocabularies from a thousand to fifty thousand', () => {
    const vocabularies = scalingWorks
      .filter(({ work }) => work === 'scaling-vocabulary')
      .map(({ vocabulary }) => vocabulary);
    expect(vocabularies).toEqual([1_000, 5_000, 10_000, 20_000, 50_000]);
  });
});

describe('parametersOf', () => {
  const lstm = works.find(({ work, size }) => work === 'lstm' && size === 'H128')!;

  it('counts as PyTorch does', () => {
    // sum(p.numel()) of Embedding(65, 128), LSTM(128, 128) and Linear(128, 65); of two layers of 512; of a GRU and an RNN.
    expect(parametersOf(lstm)).toBe(148_801);
    expect(parametersOf(works.find(({ size }) => size === 'H512x2')!)).toBe(4_269_121);
    expect(parametersOf(works.find(({ work, size }) => work === 'gru' && size === 'H128')!)).toBe(115_777);
    expect(parametersOf(works.find(({ work, size }) => work === 'rnn' && size === 'H256')!)).toBe(164_929);
  });

  it('counts the models around other ops, as PyTorch does too', () => {
    const count = (name: string) => parametersOf(works.find(({ work }) => work === name)!);
    // By PyTorch 2.15 for the classes in bench/peers/pytorch_models.py.
    expect(count('bidirectional-lstm')).toBe(289_217);
    expect(count('layer-norm-lstm')).toBe(150_081);
    expect(count('text-cnn')).toBe(1_434_502);
    expect(count('attention-general')).toBe(98_881);
    expect(count('attention-additive')).toBe(49_729);
  });

  it('tells another model, but allows for one bias a gate in place of two', () => {
    expect(agrees(lstm, 148_801)).toBe(true);
    expect(agrees(lstm, 148_801 - 4 * 128)).toBe(true);
    expect(agrees(lstm, 148_800)).toBe(false);
  });
});

describe('cellsFor', () => {
  it('takes the three LSTM sizes for --quick', () => {
    expect(cells('--quick', '--threads', '2')).toEqual(['lstm H128 2', 'lstm H256 2', 'lstm H512x2 2']);
  });

  it('takes what --only names, at the threads that make sense', () => {
    expect(cells('--only', 'sampling H128')).toEqual(['sampling H128 1']);
    expect(cells('--only', 'gru')).toEqual(['gru H128 1', 'gru H128 2', 'gru H256 1', 'gru H256 2']);
  });

  it('refuses a name that nothing has', () => {
    expect(() => cells('--only', 'mamba')).toThrow(new UserError('No work\'s name and size contain "mamba".'));
  });
});
