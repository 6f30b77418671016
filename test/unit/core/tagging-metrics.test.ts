import { describe, expect, test } from 'vitest';
import { chunksOf } from '../../../src/core/text/chunks';
import { readTagColumn, refuseMisaligned } from '../../../src/core/text/tag-columns';
import { taggingFigures, taggingMeasures } from '../../../src/core/training/tagging-metrics';

const chunks = (tags: string) => chunksOf(tags.split(' ')).map(({ type, from, to }) => `${type} ${from}-${to}`);

describe('chunks', () => {
  test.each([
    ['BIO', 'B-PER I-PER O B-LOC B-LOC', ['PER 0-2', 'LOC 3-4', 'LOC 4-5']],
    ['IOB1: B only between neighbours', 'I-PER I-PER B-PER O I-LOC', ['PER 0-2', 'PER 2-3', 'LOC 4-5']],
    ['BIOES', 'B-PER I-PER E-PER S-PER S-LOC O', ['PER 0-3', 'PER 3-4', 'LOC 4-5']],
    ['I behind E or S begins a chunk', 'S-PER I-PER E-PER E-PER', ['PER 0-1', 'PER 1-3', 'PER 3-4']],
    ['a new type begins a chunk', 'B-PER I-LOC I-LOC', ['PER 0-1', 'LOC 1-3']],
    ['I behind O begins a chunk', 'O I-LOC', ['LOC 1-2']],
    ['types may hold hyphens', 'B-creative-work I-creative-work', ['creative-work 0-2']],
    ['O with a type is outside', 'O-PER B-PER O-PER I-PER', ['PER 1-2', 'PER 3-4']],
    ['nothing', 'O O', []],
  ])('%s', (_, tags, expected) => expect(chunks(tags)).toEqual(expected));
});

describe('figures', () => {
  test('bounds and type must both be right; each type has figures of its own', () => {
    const gold = [
      ['B-PER', 'I-PER', 'O', 'B-LOC'],
      ['B-LOC', 'O'],
    ];
    const predicted = [
      ['B-PER', 'O', 'O', 'B-LOC'],
      ['B-ORG', 'O'],
    ];
    const figures = taggingFigures(gold, predicted);
    const { accuracy, entities, classes, tags, confusion } = figures;
    expect(accuracy).toBeCloseTo(4 / 6);
    expect(entities).toEqual({ gold: 3, predicted: 3, correct: 1, precision: 1 / 3, recall: 1 / 3, f1: 1 / 3 });
    expect(classes).toEqual([
      { label: 'LOC', precision: 1, recall: 0.5, f1: 2 / 3, count: 2 },
      { label: 'ORG', precision: 0, recall: 0, f1: 0, count: 0 },
      { label: 'PER', precision: 0, recall: 0, f1: 0, count: 1 },
    ]);
    expect(tags).toEqual(['B-LOC', 'B-ORG', 'B-PER', 'I-PER', 'O']);
    expect(confusion[tags.indexOf('I-PER')][tags.indexOf('O')]).toBe(1);
    // By type, then no entity: one LOC was read as ORG, one token of PER as none.
    expect(taggingMeasures(figures).confusion).toEqual([
      [1, 1, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 1, 1],
      [0, 0, 0, 2],
    ]);
  });

  test('schemes may differ between the files', () => {
    const { entities, accuracy } = taggingFigures([['B-PER', 'E-PER', 'S-LOC']], [['I-PER', 'I-PER', 'I-LOC']]);
    expect(entities?.f1).toBe(1);
    expect(accuracy).toBe(0);
  });

  test('a chunk does not go on in the next sentence', () => {
    expect(taggingFigures([['I-PER'], ['I-PER']], [['I-PER'], ['I-PER']]).entities?.gold).toBe(2);
  });

  test('parts of speech are no entities: figures of each tag', () => {
    const { entities, classes, accuracy } = taggingFigures([['NOUN', 'VERB', 'NOUN']], [['NOUN', 'NOUN', 'NOUN']]);
    expect(entities).toBeUndefined();
    expect(accuracy).toBeCloseTo(2 / 3);
    expect(classes[0]).toEqual({ label: 'NOUN', precision: 2 / 3, recall: 1, f1: 0.8, count: 2 });
  });

  test('chunks may lack a type', () => {
    const { entities, classes } = taggingFigures([['B', 'I', 'O']], [['B', 'I', 'O']]);
    expect([entities?.f1, classes.map(({ label }) => label)]).toEqual([1, ['']]);
  });

  test('nothing found is 0, not NaN', () => {
    expect(taggingFigures([['O']], [['O']]).entities).toMatchObject({ precision: 0, recall: 0, f1: 0 });
    expect(() => taggingFigures([['O']], [['O', 'O']])).toThrow(RangeError);
    expect(() => taggingFigures([['O']], [])).toThrow(RangeError);
  });
});

describe('columns', () => {
  test('the last column is the tag, whatever stands before it; "#" is a word', () => {
    const { sentences } = readTagColumn('\n# O\nEU NNP B-NP I-ORG\n\n \nrise\tO\n', 'a.conll');
    expect(sentences.map(({ words, tags }) => [words, tags])).toEqual([
      [
        ['#', 'EU'],
        ['O', 'I-ORG'],
      ],
      [['rise'], ['O']],
    ]);
    expect(sentences[1].lines).toEqual([6]);
  });

  test.each([
    ['a O\nb O', 'a O', /line 1 of p has 1 token, and that in line 1 of g \("a"\) has 2/],
    ['a O\n\nb O', 'a O', /p ends before the sentence in line 3 of g/],
    ['a O', 'a O\n\nb O', /g ends before the sentence in line 3 of p/],
  ])('files that do not agree name the line (%j, %j)', (gold, predicted, message) => {
    expect(() => refuseMisaligned(readTagColumn(gold, 'g'), readTagColumn(predicted, 'p'))).toThrow(message);
  });

  test('an empty file', () => expect(() => readTagColumn(' \n\n', 'x')).toThrow('x has no tokens'));
});
