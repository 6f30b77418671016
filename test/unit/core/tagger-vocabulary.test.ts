import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { TaggerVocabulary } from '../../../src/core/text/tagged/vocabulary';
import { finish } from '../../helpers/finish';

const SENTENCES = [
  ['The', 'dog', 'saw', 'the', 'Dog'],
  ['a', 'cat', '😀'],
];
const learned = (options: { lowercase?: boolean; minCount?: number; maxVocabulary?: number } = {}) =>
  finish(
    TaggerVocabulary.learnInSlices(SENTENCES, { lowercase: true, minCount: 1, maxVocabulary: 20_000, ...options }),
  );

describe('words', () => {
  test('are ordered by how often they occur, with the unknown one first', () => {
    const vocabulary = learned();
    expect(vocabulary.words).toEqual(['dog', 'the', 'a', 'cat', 'saw', '😀']);
    expect(vocabulary.wordCount).toBe(7);
    expect(['DOG', 'the', 'bird'].map((word) => vocabulary.wordId(word))).toEqual([1, 2, 0]);
  });

  test('keep their case, are frequent enough, and no more than asked for', () => {
    expect(learned({ lowercase: false }).words).toContain('The');
    expect(learned({ minCount: 2 }).words).toEqual(['dog', 'the']);
    expect(learned({ maxVocabulary: 3 }).words).toEqual(['dog', 'the']);
  });
});

describe('characters', () => {
  test('keep their case and stand between a beginning and an end', () => {
    const vocabulary = learned();
    const { words, spellings } = vocabulary.encoder()(['the', 'The', 'the', '😀', 'q']);
    expect(Array.from(words)).toEqual([2, 2, 2, 6, 0]);
    expect(spellings[0]).toBe(spellings[2]);
    expect(spellings[0][1]).not.toBe(spellings[1][1]);
    expect(spellings[0].slice(2)).toEqual(spellings[1].slice(2));
    expect(spellings.map(([first]) => first)).toEqual([1, 1, 1, 1, 1]);
    expect(Array.from(spellings[3])).toEqual([1, vocabulary.characterCount - 1, 2]);
    expect(Array.from(spellings[4])).toEqual([1, 0, 2]);
  });

  test('of a long token are those of its ends', () => {
    const encode = learned().encoder();
    const long = encode([`the${'d'.repeat(1_000_000)}cat`]).spellings[0];
    const shorter = encode([`the${'d'.repeat(60)}cat`]).spellings[0];
    expect(long).toHaveLength(42);
    expect(shorter).toEqual(long);
    expect(encode(['d'.repeat(40)]).spellings[0]).toHaveLength(42);
    expect(encode(['d'.repeat(41)]).spellings[0]).toHaveLength(42);
  });
});

describe('JSON', () => {
  test('gives the same vocabulary back', () => {
    const vocabulary = learned({ lowercase: false });
    const again = TaggerVocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
    const sentence = ['The', 'cat', 'sees', '😀'];
    expect(again.encoder()(sentence)).toEqual(vocabulary.encoder()(sentence));
    expect([again.wordCount, again.characterCount]).toEqual([vocabulary.wordCount, vocabulary.characterCount]);
  });

  test.each([
    null,
    [],
    {},
    { lowercase: true, words: ['a'] },
    { lowercase: 1, words: ['a'], characters: ['a'] },
    { lowercase: true, words: ['a', 'a'], characters: ['a'] },
    { lowercase: true, words: ['a', ''], characters: ['a'] },
    { lowercase: true, words: [2], characters: ['a'] },
  ])('that is something else is refused: %j', (json) => {
    expect(() => TaggerVocabulary.fromJSON(json)).toThrow(UserError);
  });
});
