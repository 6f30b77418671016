import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/core/text/detect';

const labelled = (count: number, separator: string): string =>
  Array.from({ length: count }, (_, at) => `${at % 2 ? 'good' : 'bad'}${separator}this is text ${at}`).join('\n');

describe('detectFormat', () => {
  it('says what it found, with figures', () => {
    const guess = detectFormat('abc😀'.repeat(500), 'play.txt');
    expect(guess).toMatchObject({
      format: 'text',
      reason: 'play.txt is plain text (4 different characters in 2,000), a language model fits.',
    });
    expect(guess.recipes[0]).toBe('character-lstm');
    expect(detectFormat('', 'empty.txt').reason).toContain('0 different characters in 0');
  });

  it.each([
    ['fasta', '>a EI\nACGT\n>b IE\nGG\n>c EI\nAA', 'x.txt', 'recurrent-classifier', /3 headers .* in 2 classes/],
    ['fasta', '>a\nACGT\n>b\nGG', 'x.fa', 'character-lstm', /FASTA/],
    ['abc', 'X:1\nR:jig\nK:D\nABc\n\nX:2\nR:reel\nK:G\nGAB', 'x.abc', 'label-to-sequence', /2 tunes .* 2 rhythms/],
    ['abc', 'X:1\nK:D\nABc', 'x.txt', 'character-lstm', /ABC notation/],
    [
      'jsonl',
      '{"text":"a","label":"x"}\n{"text":"b","label":"y"}',
      'x.txt',
      'recurrent-classifier',
      /fields text, label/,
    ],
    ['jsonl', '{"text":"a"}', 'x.jsonl', 'character-lstm', /JSON lines/],
    ['numbers', 'day,t\nmon,1\ntue,2\nwed,3', 'x.csv', 'series', /1 column of numbers/],
    ['numbers', '1 2\n2 3\n3 4\n4 5', 'x.txt', 'series', /2 columns of numbers/],
    ['label-text', labelled(10, '\t'), 'x.txt', 'recurrent-classifier', /2 different labels in 10 lines/],
    ['label-text', labelled(10, ' ').replace(/^/gm, '__label__'), 'x.txt', 'recurrent-classifier', /__label__/],
    ['csv', `label,text\n${labelled(3, ',')}`, 'x.csv', 'recurrent-classifier', /columns label, text/],
    ['csv', `label,text\n${labelled(9, ',')}`, 'x.txt', 'recurrent-classifier', /columns label, text/],
    ['tsv', 'id\tlabel\ttext\n1\ta\tb c d\n2\tb\te f g', 'x.tsv', 'recurrent-classifier', /columns id, label, text/],
    [
      'lines',
      Array.from({ length: 30 }, (_, at) => `Name${at}`).join('\n'),
      'names.txt',
      'character-lstm',
      /short entry a line/,
    ],
    [
      'text',
      'Well, I said, no.\nYes, he said.\nThen, at last, she left, and all was well.\n'.repeat(5),
      'x.txt',
      'character-lstm',
      /plain text/,
    ],
    ['text', '{"a": 1,\n"b": 2}', 'x.json', 'character-lstm', /plain text/],
  ])('%s %#', (format, text, name, recipe, reason) => {
    const guess = detectFormat(text, name);
    expect(guess.format).toBe(format);
    expect(guess.recipes[0]).toBe(recipe);
    expect(guess.reason).toMatch(reason);
    expect(guess.reason.startsWith(`${name} is `)).toBe(true);
  });

  it('is not misled by a line that the sample cuts', () => {
    const rows = labelled(3000, '\t');
    expect(detectFormat(rows.slice(0, 40_003), 'x.txt').format).toBe('label-text');
  });
});
