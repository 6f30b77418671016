import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { CharacterCounter, CharacterTokenizer } from '../../../src/core/text/character-tokenizer';

const all = { minCount: 1, maxVocabulary: 20_000 };
const vectors = JSON.parse(readFileSync(join(__dirname, '../../reference/tokenizer-vectors.json'), 'utf8')) as {
  madeWith: string;
  training: string;
  tokenizer: object;
  cases: { text: string; ids: number[]; decoded: string }[];
};

describe('CharacterTokenizer', () => {
  it('orders tokens by count, then code point, after <unk>', () => {
    const tokenizer = CharacterTokenizer.train('bbaac😀😀😀', all);
    expect(Array.from({ length: tokenizer.size }, (_, id) => tokenizer.token(id))).toEqual([
      '<unk>',
      '😀',
      'a',
      'b',
      'c',
    ]);
    expect(tokenizer.unknownId).toBe(0);
  });

  it('drops rare characters and keeps to the size', () => {
    expect(CharacterTokenizer.train('aaabbc', { minCount: 2, maxVocabulary: 100 }).size).toBe(3);
    const small = CharacterTokenizer.train('aaabbc', { minCount: 1, maxVocabulary: 2 });
    expect(small.size).toBe(2);
    expect(Array.from(small.encode('abc'))).toEqual([1, 0, 0]);
    expect(small.unknownCount('abca')).toBe(2);
    expect(CharacterTokenizer.train('', all).size).toBe(1);
  });

  it('gives known text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const tokenizer = CharacterTokenizer.train(text, all);
        const ids = tokenizer.encode(text);
        expect(ids).toHaveLength([...text].length);
        expect(tokenizer.decode(ids)).toBe(Buffer.from(text).toString());
        expect(tokenizer.unknownCount(text)).toBe(0);
      }),
    );
  });

  it('learns and encodes the same in chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 })),
        fc.integer({ min: 1, max: 3 }),
        (chunks, minCount) => {
          const options = { minCount, maxVocabulary: 30 };
          const counter = new CharacterCounter();
          for (const chunk of chunks) counter.add(chunk);
          const whole = CharacterTokenizer.train(chunks.join(''), options);
          const tokenizer = counter.tokenizer(options);
          expect(tokenizer.toJSON()).toEqual(whole.toJSON());
          expect(chunks.flatMap((chunk) => Array.from(tokenizer.encode(chunk)))).toEqual(
            Array.from(whole.encode(chunks.join(''))),
          );
        },
      ),
    );
  });

  it('survives its file', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ unit: 'binary', maxLength: 60 }),
        (text, other) => {
          const tokenizer = CharacterTokenizer.train(`${text}0123__proto__`, all);
          const loaded = CharacterTokenizer.fromJSON(JSON.parse(JSON.stringify(tokenizer)));
          expect(loaded.toJSON()).toEqual(tokenizer.toJSON());
          expect(loaded.encode(text + other)).toEqual(tokenizer.encode(text + other));
        },
      ),
    );
  });

  it('reads a lone surrogate as U+FFFD', () => {
    const tokenizer = CharacterTokenizer.train('a\uD800', all);
    expect(tokenizer.decode(tokenizer.encode('\uDC00a\uD800'))).toBe('\uFFFDa\uFFFD');
  });

  it('refuses ids that do not exist', () => {
    const tokenizer = CharacterTokenizer.train('ab', all);
    for (const id of [3, -1, 0.5, NaN]) expect(() => tokenizer.decode([id])).toThrow(RangeError);
  });

  it('refuses files of other tokenizers', () => {
    const good = JSON.parse(JSON.stringify(CharacterTokenizer.train('ab', all))) as Record<string, never>;
    const model = good.model as { type: string; vocab: Record<string, number>; unk_token: string };
    const bad: unknown[] = [
      null,
      [],
      'text',
      {},
      { ...good, model: null },
      { ...good, model: { ...model, type: 'BPE' } },
      { ...good, normalizer: { type: 'NFC' } },
      { ...good, pre_tokenizer: null },
      { ...good, added_tokens: [{ id: 0 }] },
      { ...good, pre_tokenizer: { ...(good.pre_tokenizer as object), invert: true } },
      { ...good, model: { ...model, unk_token: '[UNK]' } },
      { ...good, model: { ...model, vocab: [] } },
      { ...good, model: { ...model, vocab: { a: 0, b: 1 } } },
      { ...good, model: { ...model, vocab: { '<unk>': 0, a: 0 } } },
      { ...good, model: { ...model, vocab: { '<unk>': 0, a: 2 } } },
      { ...good, model: { ...model, vocab: { '<unk>': 0, ab: 1 } } },
      { ...good, model: { ...model, vocab: { '<unk>': 0, '\uD800': 1 } } },
      { ...good, model: { ...model, vocab: { '<unk>': 0, '': 1 } } },
      { ...good, model: { ...model, vocab: { '<unk>': '0' } } },
    ];
    for (const json of bad) expect(() => CharacterTokenizer.fromJSON(json, 'runs/x/tokenizer.json')).toThrow(UserError);
    expect(() => CharacterTokenizer.fromJSON({}, 'runs/x/tokenizer.json')).toThrow(/^runs\/x\/tokenizer\.json is not/);
  });
});

describe(`Hugging Face's tokenizers give the same ids (vectors: ${vectors.madeWith})`, () => {
  const tokenizer = CharacterTokenizer.fromJSON(vectors.tokenizer);

  it('with the file that training writes today', () => {
    expect(JSON.parse(JSON.stringify(CharacterTokenizer.train(vectors.training, all)))).toEqual(vectors.tokenizer);
  });

  it.each(vectors.cases)('$text', ({ text, ids, decoded }) => {
    expect(Array.from(tokenizer.encode(text))).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(decoded);
  });
});
