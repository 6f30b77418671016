import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { recipeSchema, type RecipeInput, type TaskName } from '../../../src/core/recipe/schema';
import type { Examples } from '../../../src/core/text/examples';
import { readExamples } from '../../../src/core/text/read-examples';
import { finish } from '../../helpers/tokenizers';

type SourceInput = NonNullable<RecipeInput['source']>;

function read(text: string, source: SourceInput = {}, task: TaskName = 'classification'): Examples {
  return finish(readExamples(text, recipeSchema.parse({ source }).source, task, 'data.x'));
}

const labelled = (texts: string[], ...labels: string[][]): Examples => ({ kind: 'labelled', texts, labels });

describe('running text and lines', () => {
  it('are read as they are', () => {
    expect(read('a\n\nb', {}, 'language-model')).toEqual({ kind: 'text', text: 'a\n\nb' });
    expect(read('a\tb\nx,y', {}, 'language-model').kind).toBe('text');
    expect(read('a\n\n b c\n', { format: 'lines' }, 'language-model')).toEqual({ kind: 'lines', texts: ['a', ' b c'] });
  });
});

describe('label and text', () => {
  it('are parted by the first tab', () => {
    expect(read('pos\tgood\tfilm\n\nneg\tbad', { format: 'label-text' })).toEqual(
      labelled(['good\tfilm', 'bad'], ['pos'], ['neg']),
    );
    expect(read('pos\tgood\nneg\tbad', { format: 'label-text' }, 'language-model')).toEqual({
      kind: 'lines',
      texts: ['good', 'bad'],
    });
  });

  it('may have the form of fastText', () => {
    expect(read('__label__a __label__b x y\n__label__a z', { format: 'label-text' }, 'multi-label')).toEqual(
      labelled(['x y', 'z'], ['a', 'b'], ['a']),
    );
  });

  it('may have several labels, or none', () => {
    expect(read('a; b\tx\n\ty', { format: 'label-text', labelSeparator: ';' }, 'multi-label')).toEqual(
      labelled(['x', 'y'], ['a', 'b'], []),
    );
  });
});

describe('tables', () => {
  const csv = 'id,class,comment\n1,pos,"good, ""very"" good\nfilm"\n2,neg,bad\n\n3,pos,fine\n';

  it('follow RFC 4180, and columns are found by their usual names', () => {
    expect(read(csv, { format: 'csv' })).toEqual(
      labelled(['good, "very" good\nfilm', 'bad', 'fine'], ['pos'], ['neg'], ['pos']),
    );
    expect(read(csv)).toEqual(read(csv, { format: 'csv' }));
    expect(read(csv.replaceAll(',', '\t').replace('good\t', 'good,'), { format: 'tsv' })).toEqual(read(csv));
  });

  it('take the columns that the recipe names, or those that look right', () => {
    expect(read('a,b\nx y,1\nz w,2', { format: 'csv', text: 'b', label: 'a' })).toEqual(
      labelled(['1', '2'], ['x y'], ['z w']),
    );
    expect(read('q,r\nlong words,1\nmore long words,2\nagain,2', { format: 'csv' })).toEqual(
      labelled(['long words', 'more long words', 'again'], ['1'], ['2'], ['2']),
    );
    expect(read('only\nx\ny', { format: 'csv' }, 'language-model')).toEqual({ kind: 'lines', texts: ['x', 'y'] });
  });
});

describe('JSON lines', () => {
  it('have fields, nested ones by dots', () => {
    const text = '{"review":{"body":"good"},"meta":{"stars":5}}\n\n{"review":{"body":"bad"},"meta":{"stars":1}}';
    const source = { format: 'jsonl', text: 'review.body', label: 'meta.stars' } as const;
    expect(read(text, source)).toEqual(labelled(['good', 'bad'], ['5'], ['1']));
    expect(read(text, { format: 'jsonl', text: 'review.body' }, 'language-model').kind).toBe('lines');
    expect(read('{"text":"x","tags":["a","b"]}\n{"text":"y","tags":[]}', {}, 'multi-label')).toEqual(
      labelled(['x', 'y'], ['a', 'b'], []),
    );
    expect(read('{"a.b":"x","label":true}\n{"a.b":"y","label":false}', { format: 'jsonl', text: 'a.b' })).toEqual(
      labelled(['x', 'y'], ['true'], ['false']),
    );
  });
});

describe('numbers', () => {
  const series = (columns: string[], ...rows: number[][]): Examples => ({
    kind: 'series',
    columns,
    values: rows.map((row) => Float64Array.from(row)),
  });

  it('are a series, with or without names', () => {
    expect(read('day,t,p\nmon,1.5,-2e3\ntue,+2,.5', {}, 'series')).toEqual(series(['t', 'p'], [1.5, -2000], [2, 0.5]));
    expect(read('1 2\n3  4\n', {}, 'series')).toEqual(series(['1', '2'], [1, 2], [3, 4]));
    expect(read('a;b\n1,5;2\n2,25;3', {}, 'series')).toEqual(series(['a', 'b'], [1.5, 2], [2.25, 3]));
    expect(read('a\tb\n1\t2\n3\t4', { columns: ['b'] }, 'series')).toEqual(series(['b'], [2], [4]));
    expect(read('1\n2\n3', {}, 'series')).toEqual(series(['1'], [1], [2], [3]));
  });

  it('are sequences of frames, with labels of both kinds', () => {
    const text = 'who,x,y,act\na,1,2,walk\na,3,4,walk\nb,5,6,run\na,7,8,walk\n';
    const vectors = (...rows: number[][]): Float64Array[] => rows.map((row) => Float64Array.from(row));
    const frames = { kind: 'frames', columns: ['x', 'y'], labels: ['walk', 'run', 'walk'] };
    const sequences = [vectors([1, 2], [3, 4]), vectors([5, 6]), vectors([7, 8])];
    expect(read(text, { sequence: 'who', label: 'act' })).toEqual({ ...frames, sequences });
    expect(read(text, { format: 'numbers', sequence: 'who', columns: ['x', 'y'] })).toEqual({ ...frames, sequences });
    const changed = read(text.replace('a,3,4,walk', 'a,3,4,stop'), { sequence: 'who', label: 'act' });
    expect(changed).toMatchObject({
      labels: ['walk', 'run', 'walk'],
      frameLabels: [['walk', 'stop'], ['run'], ['walk']],
    });
  });
});

describe('FASTA', () => {
  const text = '>a EI length=4\nAC\nGT\n;note\n>b|IE|length=2\nGG\n';

  it('has labels in its headers', () => {
    const sequences = ['ACGT', 'GG'];
    expect(read(text)).toEqual(labelled(sequences, ['EI'], ['IE']));
    expect(read(text, { format: 'fasta', label: 'length' })).toEqual(labelled(sequences, ['4'], ['2']));
    expect(read(text, { format: 'fasta', label: '1' })).toEqual(labelled(sequences, ['a'], ['b']));
    expect(read(text, { format: 'fasta' }, 'language-model')).toEqual({ kind: 'lines', texts: sequences });
  });
});

describe('ABC tunes', () => {
  const text = 'junk\nX:1\nT:One\nR:jig\nM:6/8\nL:1/8\nK:D % key\n|:AB c|\nw:la\n\nX:2\nR: reel\nM:C|\nK:G\nGA|\n';

  it('have their metre, key and notes as text, and a field as label', () => {
    const first = 'M:6/8\nL:1/8\nK:D\n|:AB c|\nw:la\n';
    expect(read(text, {}, 'label-to-sequence')).toEqual(labelled([first, 'M:C|\nK:G\nGA|\n'], ['jig'], ['reel']));
    expect(read(text, { format: 'abc', label: 'M:' })).toEqual(
      labelled([first.replace('M:6/8\n', ''), 'K:G\nGA|\n'], ['6/8'], ['C|']),
    );
    expect(read(text, { format: 'abc' }, 'language-model')).toMatchObject({ kind: 'lines' });
  });
});

describe('what cannot be read gets one sentence that says what to do', () => {
  it.each<[string, string, SourceInput, TaskName, RegExp]>([
    [
      'no tab',
      'a\tx\nb',
      { format: 'label-text' },
      'classification',
      /^data\.x, line 2: there is no tab .* write label, tab, text\.$/,
    ],
    [
      'missing label',
      'a\tx\n\ty',
      { format: 'label-text' },
      'classification',
      /line 2: there is no label before the tab; add it/,
    ],
    ['missing text', 'a\tx\nb\t', { format: 'label-text' }, 'classification', /line 2: there is no text; add it/],
    [
      'two labels',
      'a\tx\nb;c\ty',
      { format: 'label-text', labelSeparator: ';' },
      'classification',
      /line 2: there are 2 labels.*set task to multi-label/,
    ],
    ['one class', 'a\tx\na\ty', { format: 'label-text' }, 'classification', /only the label "a", and at least two/],
    ['one label each', 'a\tx\nb\ty', { format: 'label-text' }, 'multi-label', /set source\.labelSeparator/],
    ['nothing', '\n\n', { format: 'label-text' }, 'classification', /no examples/],
    [
      'no labels',
      'Just prose.\nMore of it.',
      {},
      'classification',
      /is plain text .*, but the task needs labels: use lines/,
    ],
    ['text for labels', 'x', { format: 'text' }, 'classification', /running text without labels/],
    ['lines for labels', 'x', { format: 'lines' }, 'classification', /without labels: set source\.format/],
    [
      'ragged',
      'text,label\nx,a\n\ny,b,c',
      { format: 'csv' },
      'classification',
      /line 4: there are 3 cells where the first line has 2/,
    ],
    [
      'open quote',
      'text,label\nx,a\n"y,b\n',
      { format: 'csv' },
      'classification',
      /line 3: a quotation mark is not closed/,
    ],
    [
      'text after quote',
      'text,label\n"x"y,b\n',
      { format: 'csv' },
      'classification',
      /line 2: there is text behind a closing quotation mark/,
    ],
    [
      'no column',
      'text,label\nx,a\ny,b',
      { format: 'csv', label: 'klass' },
      'classification',
      /no column "klass": set source\.label to one of "text", "label"/,
    ],
    ['same column', 'a,a\nx,1', { format: 'csv' }, 'classification', /two columns "a"/],
    ['one column', 'text\nx\ny', { format: 'csv' }, 'classification', /no column that could be a label beside "text"/],
    ['no rows', 'text,label\n', { format: 'csv' }, 'classification', /no rows below a line of column names/],
    [
      'empty cell',
      'text,label\nx,a\ny,\n',
      { format: 'csv' },
      'classification',
      /line 3: there is no label in column "label"/,
    ],
    ['no JSON', '{"text":"x"}\n{oops', { format: 'jsonl' }, 'language-model', /line 2: this is not JSON/],
    ['no object', '[1]', { format: 'jsonl' }, 'language-model', /line 1: this is JSON but no object/],
    [
      'no field',
      '{"text":"x","label":"a"}\n{"label":"b"}',
      { format: 'jsonl' },
      'classification',
      /line 2: field "text" holds no text/,
    ],
    [
      'wrong field',
      '{"text":"x"}',
      { format: 'jsonl', text: 'body' },
      'language-model',
      /no column "body": set source\.text/,
    ],
    [
      'one field',
      '{"text":"x"}',
      { format: 'jsonl' },
      'classification',
      /no field that could be a label beside "text"/,
    ],
    ['empty object', '{}', { format: 'jsonl' }, 'language-model', /no fields with text/],
    ['NaN', 'a,b\n1,2\n3,NaN\n4,5', {}, 'series', /line 3: column "b" is "NaN", which is no finite number/],
    ['too large', 'a,b\n1,2\n3,1e999\n4,5', {}, 'series', /line 3: column "b" is "1e999", which is no finite number/],
    ['gap', 'a,b\n1,2\n,3\n4,5', {}, 'series', /line 3: column "a" is empty/],
    ['ragged numbers', '1,2\n3\n', {}, 'series', /line 2: there is 1 cell where the first line has 2/],
    ['words', 'a,b\nx,y\nz,w\n', {}, 'series', /no column of numbers/],
    ['one row', 'a,b\n1,2\n', {}, 'series', /fewer than two rows of numbers/],
    ['no numbers', '', {}, 'series', /is empty/],
    [
      'frames without sequence',
      'a,b\n1,x\n2,y',
      { format: 'numbers', label: 'b' },
      'classification',
      /set source\.sequence/,
    ],
    [
      'frames without label',
      'a,b\n1,2\n2,3',
      { sequence: 'a' },
      'classification',
      /no column of words that could be the label/,
    ],
    ['frames, one class', 'a,b,c\n1,2,x\n2,3,x', { sequence: 'a' }, 'classification', /only the label "x"/],
    [
      'frame without label',
      'a,b,c\n1,2,x\n2,3,',
      { sequence: 'a', label: 'c' },
      'classification',
      /line 3: there is no label/,
    ],
    ['frames as series', 'a,b,c\n1,2,x\n2,3,y', { sequence: 'a' }, 'series', /leave source\.sequence empty/],
    ['numbers as text', '1,2\n3,4', { format: 'numbers' }, 'language-model', /set task to series/],
    ['text as series', 'a\tx', { format: 'label-text' }, 'series', /is not one series of numbers/],
    ['no header', 'ACGT\n>a x\nA', { format: 'fasta' }, 'classification', /line 1: a FASTA file begins with a header/],
    [
      'empty sequence',
      '>a x\n>b y\nA',
      { format: 'fasta' },
      'classification',
      /line 1: there is no sequence below this header/,
    ],
    [
      'header without field',
      '>a x\nA\n>b\nC',
      { format: 'fasta' },
      'classification',
      /line 3: there is no label as second field/,
    ],
    ['no tunes', 'abc', { format: 'abc' }, 'language-model', /no ABC tunes/],
    [
      'tune without label',
      'X:1\nR:jig\nK:D\nA\nX:2\nK:G\nB',
      { format: 'abc', label: 'R' },
      'label-to-sequence',
      /line 5: there is no label in a field R: of this tune/,
    ],
    [
      'unknown field',
      'X:1\nK:D\nA',
      { format: 'abc', label: 'Q' },
      'label-to-sequence',
      /has the field "Q": set source\.label to one of K/,
    ],
    [
      'no common field',
      'X:1\nA\nX:2\nB',
      { format: 'abc' },
      'label-to-sequence',
      /no field R:, M: or K: in every tune/,
    ],
  ])('%s', (_, text, source, task, message) => {
    expect(() => read(text, source, task)).toThrow(UserError);
    expect(() => read(text, source, task)).toThrow(message);
    try {
      read(text, source, task);
    } catch (error) {
      expect((error as UserError).message).toMatch(/^[^\n]{10,300}\.$/);
    }
  });
});

it('reads large files in slices', () => {
  const rows = Array.from(
    { length: 50_000 },
    (_, index) => `${index % 2 ? 'a' : 'b'}\tsome words of text ${index}`,
  ).join('\n');
  const work = readExamples(rows, recipeSchema.parse({}).source, 'classification', 'big.tsv');
  let slices = 0;
  while (!work.next().done) slices++;
  expect(slices).toBeGreaterThan(3);
});
