import { expect, test } from 'vitest';
import { train } from '../helpers/tokenizers';
import { read } from './lab';

test('tokenizers: characters, pieces and words of one sentence, side by side', () => {
  const text = read('play/the-clockmakers-holiday.txt');
  const cut = Math.floor(text.length * 0.9);
  // "zeppelin" and "sundials" are in no line of the play; each of their letters is.
  const sentence = 'The clockmaker looks at the zeppelin and counts the sundials.';
  expect(text).not.toMatch(/zeppelin|sundials/i);
  const [character, bpe, word] = [
    train({ unit: 'character' }, [text.slice(0, cut)]),
    train({ unit: 'bpe', maxVocabulary: 1000 }, [text.slice(0, cut)]),
    train({ unit: 'word' }, [text.slice(0, cut)]),
  ].map((tokenizer) => {
    const ids = tokenizer.encode(sentence);
    const unknown = ids.filter((id) => id === tokenizer.unknownId).length;
    return { length: ids.length, vocabulary: tokenizer.size, unknown, written: tokenizer.decode(ids) };
  });
  expect(character).toMatchObject({ length: sentence.length, unknown: 0, written: sentence });
  expect(bpe).toMatchObject({ vocabulary: 1000, unknown: 0, written: sentence });
  expect(word).toMatchObject({ length: 11, unknown: 2 });
  expect(bpe.length).toBeLessThan(character.length / 2);
  expect(word.length).toBeLessThan(bpe.length);
  expect(character.vocabulary).toBeLessThan(bpe.vocabulary);
  expect(bpe.vocabulary).toBeLessThan(word.vocabulary);
});
