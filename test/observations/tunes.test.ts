import { expect, test } from 'vitest';
import { mean, prepareLab, shareOf, train, write } from './lab';

prepareLab();

/** Metre of each genre, and the length of its bars in units of L. */
const genres: Record<string, { metre: string; bar: number }> = {
  jig: { metre: '6/8', bar: 6 },
  reel: { metre: '4/4', bar: 8 },
  waltz: { metre: '3/4', bar: 3 },
  march: { metre: '2/4', bar: 4 },
};

/** Length of a bar: a note counts 1 or its number; > makes a pair uneven and leaves its sum as it is. */
function lengthOf(bar: string): number {
  return [...bar.matchAll(/[A-Ga-g](\d?)/g)].reduce((sum, [, digits]) => sum + Number(digits || 1), 0);
}

/** Bars of a tune, without its header. */
function barsOf(tune: string): string[] {
  const notes = tune.split('\n').filter((line) => !/^[A-Z]:/.test(line));
  return notes
    .join('|')
    .split(/[|:]+/)
    .map((bar) => bar.trim())
    .filter((bar) => bar !== '');
}

test('tunes: a genre has its metre and its length of bars', async () => {
  const { run } = await train('tunes/tunes.abc', 'tunes/tunes.recipe.json');
  const written = await Promise.all(
    Object.entries(genres).map(async ([label, { metre, bar }]) => {
      const tunes = await write(run, ['--label', label, '--count', '12', '--length', '300', '--temperature', '0.6']);
      const bars = tunes.flatMap(({ text }) => barsOf(text));
      return { label, metre: shareOf(tunes, ({ text }) => text.startsWith(`M:${metre}\n`)), bars, bar };
    }),
  );
  expect(mean(written.map(({ metre }) => metre))).toBeGreaterThan(0.9);
  for (const { label, bars, bar } of written) {
    expect(bars.length, label).toBeGreaterThan(40);
    const fits = (length: number) => shareOf(bars, (each) => lengthOf(each) === length);
    expect(fits(bar), label).toBeGreaterThan(0.6);
    const others = Object.values(genres).filter((other) => other.bar !== bar);
    for (const other of others) expect(fits(bar), label).toBeGreaterThan(2 * fits(other.bar));
  }
});
