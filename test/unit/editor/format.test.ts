import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ago, clock, count, escapeMarkdown, lossText } from '../../../src/editor/common/format';

describe('clock', () => {
  it.each([
    [0, '0:00'],
    [9.4, '0:09'],
    [151, '2:31'],
    [59.7, '1:00'],
    [3849, '1:04:09'],
    [-3, '0:00'],
    [Infinity, '0:00'],
    [NaN, '0:00'],
  ])('%d seconds are %s', (seconds, text) => expect(clock(seconds)).toBe(text));

  it('adds up to the seconds it was given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e7 }), (seconds) => {
        const value = clock(seconds)
          .split(':')
          .reduce((sum, part) => sum * 60 + Number(part), 0);
        expect(value).toBe(seconds);
      }),
    );
  });
});

describe('other figures', () => {
  it('shows losses with two digits, and a dash for none', () => {
    expect(lossText(1.618)).toBe('1.62');
    expect(lossText(undefined)).toBe('–');
    expect(lossText(NaN)).toBe('–');
  });

  it('groups thousands', () => expect(count(12_400.4, 'en')).toBe('12,400'));

  it.each([
    [10, 'now'],
    [61, '1 minute ago'],
    [7300, '2 hours ago'],
    [86_400 * 3, '3 days ago'],
    [-50, 'now'],
  ])('%d seconds back is "%s"', (seconds, text) => expect(ago(0, seconds * 1000, 'en')).toBe(text));

  it('leaves nothing in a name that Markdown would read', () => {
    expect(escapeMarkdown('a_b [x](command:y) $(sync)\n# z')).toBe('a\\_b \\[x\\]\\(command:y\\) \\$\\(sync\\) \\# z');
  });
});
