import { describe, expect, it } from 'vitest';
import { comparisonTable, scalingTable, summaryTable } from '../../../bench/report';
import { algorithmsFor, entrantsFor, nameOf, rowsOf, type Comparison, type Entrant } from '../../../bench/rows';
import { markdownTable, significant } from '../../../bench/table';
import { works } from '../../../bench/works';

const find = (work: string, size: string) => works.find((one) => one.work === work && one.size === size)!;
const figure = (entrant: Entrant, minimum: number, median: number) => ({
  entrant,
  time: { minimum, median, count: 9 },
  memory: 300 * 2 ** 20,
});

const training: Comparison = {
  work: find('lstm', 'H128'),
  threads: 2,
  figures: [
    figure({ engine: 'native', algorithm: 'as-shipped' }, 4, 5),
    figure({ engine: 'native', algorithm: 'same-algorithm' }, 6, 8),
    figure({ peer: 'pytorch' }, 8, 20),
    figure({ peer: 'tfjs-node' }, 30, 40),
  ],
  skipped: [{ entrant: { peer: 'tfjs-node-layers' }, reason: 'it ended (code 1)' }],
};
const sampling: Comparison = {
  work: find('sampling', 'H128'),
  threads: 1,
  figures: [
    figure({ engine: 'native', algorithm: 'as-shipped' }, 0.003, 0.004),
    figure({ peer: 'pytorch-cell' }, 0.05, 0.06),
  ],
  skipped: [],
};

describe('rowsOf', () => {
  it('compares each of ours with each peer, by medians', () => {
    const rows = rowsOf([training, sampling]);
    expect(rows).toHaveLength(5);
    expect(rows[0]).toEqual({
      work: 'lstm',
      size: 'H128',
      threads: 2,
      engine: 'native',
      algorithm: 'as-shipped',
      peer: 'pytorch',
      oursMs: 5,
      peerMs: 20,
      ratio: 4,
    });
    for (const row of rows) expect(row.ratio).toBe(row.peerMs / row.oursMs);
    expect(rows[4]).toMatchObject({ work: 'sampling', peer: 'pytorch-cell', oursMs: 0.004, peerMs: 0.06 });
  });

  it('has no row without a peer', () => {
    expect(rowsOf([{ ...training, figures: training.figures.slice(0, 2) }])).toEqual([]);
  });
});

describe('entrantsFor', () => {
  it('lets ours take part in both ways where the table of projected tokens makes a difference', () => {
    expect(algorithmsFor(find('lstm', 'H128'))).toEqual(['as-shipped', 'same-algorithm']);
    expect(algorithmsFor(find('sampling', 'H128'))).toEqual(['as-shipped']);
    expect(algorithmsFor({ ...find('lstm', 'H128'), vocabulary: 10_000 })).toEqual(['as-shipped']);
  });

  it('takes the engines and those peers of the work that there are', () => {
    const entrants = entrantsFor(find('lstm', 'H512x2'), ['relaxed'], ['pytorch', 'tfjs-node-layers']);
    expect(entrants.map(nameOf)).toEqual(['relaxed', 'relaxed, same algorithm', 'pytorch']);
  });
});

describe('tables', () => {
  it('shows every contender, how often each peer takes its time, and who was skipped', () => {
    const table = comparisonTable(training);
    expect(table).toContain('### lstm H128, B32 T64 V65, 2 threads');
    expect(table).toMatch(/\| native +\| +4\.00 \| +5\.00 \| +9 \| +4\.00 \(2\.00\) \| +8\.00 \(7\.50\) \|/);
    expect(table).toMatch(/\| pytorch +\| +8\.00 \| +20\.0 \| +9 \| +– \| +2\.00 \(3\.75\) \|/);
    expect(table).toContain('Skipped: tfjs-node-layers: it ended (code 1).');
  });

  it('gives sampling in microseconds', () => {
    expect(comparisonTable(sampling)).toMatch(/\| native +\| +3\.00 \| +4\.00 \|/);
  });

  it('sums up what is shipped, with gaps where nothing was measured', () => {
    const lines = summaryTable([training, sampling]).split('\n');
    expect(lines[0]).toMatch(
      /^\| median \(× pytorch\) \| threads \| +native \| pytorch \| tfjs-node \| pytorch-cell \|$/,
    );
    expect(lines[2]).toMatch(/\| lstm H128, ms +\| +2 \| 5\.00 \(4\.00×\) \| +20\.0 \| +40\.0 \| +– \|/);
    expect(lines[3]).toMatch(/\| sampling H128, µs +\| +1 \| +4\.00 \| +– \| +– \| +60\.0 \|/);
  });

  it('gives tokens a second and memory against size', () => {
    const lines = scalingTable([training]).split('\n');
    expect(lines[2]).toMatch(/\| H128 +\| +2 \| +409,600 \| +300 \| +102,400 \| +300 \| +51,200 \| +300 \|/);
  });

  it('pads columns, numbers to the right', () => {
    const table = markdownTable(
      ['a', 'b'],
      [
        ['long', '1'],
        ['x', '22'],
      ],
    );
    expect(table).toBe('| a    |   b |\n| ---- | --: |\n| long |   1 |\n| x    |  22 |');
  });
});

describe('significant', () => {
  it.each([
    [0, '0'],
    [0.00412345, '0.00412'],
    [0.5, '0.500'],
    [4.119, '4.12'],
    [25.66, '25.7'],
    [364.4, '364'],
    [1106.3, '1106'],
  ])('%d → %s', (value, text) => {
    expect(significant(value)).toBe(text);
  });
});
