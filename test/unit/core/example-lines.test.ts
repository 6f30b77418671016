import { describe, expect, it } from 'vitest';
import { recipeSchema } from '../../../src/core/recipe/schema';
import { exampleLines, fieldsOf, sameLabels, type LineReading } from '../../../src/core/text/example-lines';

const labels = ['positive', 'negative'];
const source = recipeSchema.parse({}).source;

function read(format: string, lines: string[], more: Partial<LineReading> & { header?: string } = {}) {
  return exampleLines(lines, more.header, { format, source, labels, ...more });
}
const one = (format: string, line: string, more: Partial<LineReading> = {}) => {
  const { text, truth } = read(format, [line], more)[0];
  return truth ? { text, truth } : { text };
};

describe('lines of labels and texts', () => {
  it('take the label off, so that the model does not read the answer', () => {
    expect(one('label-text', 'negative\tnot good')).toEqual({ text: 'not good', truth: ['negative'] });
    expect(one('label-text', 'negative\ta\tb')).toEqual({ text: 'a\tb', truth: ['negative'] });
    expect(one('label-text', '__label__negative __label__x not good')).toEqual({
      text: 'not good',
      truth: ['negative', 'x'],
    });
    expect(one('label-text', 'positive;negative\tso so', { source: { labelSeparator: ';' } }).truth).toEqual(labels);
  });

  it('leave other text as it is', () => {
    for (const line of ['not good', 'unknown\tnot good', 'negative not good'])
      expect(one('label-text', line)).toEqual({ text: line });
    expect(one('lines', 'negative\tnot good')).toEqual({ text: 'negative\tnot good' });
    expect(read('label-text', ['a', ' ', 'b']).map(({ line }) => line)).toEqual([0, 2]);
  });
});

describe('rows of tables', () => {
  const table = 'id,review,verdict\n1,"not good, at all",negative\n2,"two\nlines",positive\n3,fine,positive\n';
  const named = { ...source, text: 'review', label: 'verdict' };
  const fields = fieldsOf(table, 'csv', named, 'x.csv');
  const lines = table.trim().split('\n');

  it('give the columns that the recipe names, whatever their order here; a row may span lines', () => {
    expect(fields).toEqual({ names: ['id', 'review', 'verdict'], text: 'review', label: 'verdict' });
    expect(read('csv', lines, { fields, header: lines[0] })).toEqual([
      { line: 1, text: 'not good, at all', truth: ['negative'] },
      { line: 3, text: 'two\nlines', truth: ['positive'] },
      { line: 4, text: 'fine', truth: ['positive'] },
    ]);
    const other = ['verdict,other,review', 'positive,x,yes', 'new,x,no'];
    expect(read('csv', other, { fields, header: other[0] })).toEqual([
      { line: 1, text: 'yes', truth: ['positive'] },
      { line: 2, text: 'no', truth: ['new'] },
    ]);
  });

  it('without a line of names are those with a known label; all else is text', () => {
    expect(read('csv', ['7,good,positive', 'well, well, well', 'it is "quite'], { fields, header: 'a' })).toEqual([
      { line: 0, text: 'good', truth: ['positive'] },
      { line: 1, text: 'well, well, well' },
      { line: 2, text: 'it is "quite' },
    ]);
  });

  it('have the columns that training chose where the recipe names none', () => {
    const chosen = fieldsOf('class\ttext\na\tlong text\nb\tother', 'tsv', source, 'x.tsv');
    expect(chosen).toMatchObject({ text: 'text', label: 'class' });
    const rows = ['class\ttext', 'negative\tso bad'];
    expect(read('tsv', rows, { fields: chosen, header: rows[0] })).toEqual([
      { line: 1, text: 'so bad', truth: ['negative'] },
    ]);
  });
});

it('JSON lines give their fields; what is no such object is text', () => {
  const head = '{"a":{"text":"one two three"},"label":"positive"}\n{"a":{"text":"two"},"label":"negative"}\n{"cut';
  const fields = fieldsOf(head, 'jsonl', { ...source, text: 'a.text' }, 'x.jsonl');
  expect(
    read('jsonl', ['{"a":{"text":"yes"},"label":"positive"}', 'plain', '{"a":{"text":"no"}}', '{"b":1}'], { fields }),
  ).toEqual([
    { line: 0, text: 'yes', truth: ['positive'] },
    { line: 1, text: 'plain' },
    { line: 2, text: 'no' },
    { line: 3, text: '{"b":1}' },
  ]);
});

it('labels are compared as sets', () => {
  expect(sameLabels(['a', 'b'], ['b', 'a'])).toBe(true);
  expect(sameLabels(['a'], ['a', 'b'])).toBe(false);
  expect(sameLabels(['a', 'b'], ['a', 'c'])).toBe(false);
});
