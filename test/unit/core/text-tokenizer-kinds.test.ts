import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { tokenizerFromJson } from '../../../src/core/text/read-tokenizer';
import { graphemes, words } from '../../../src/core/text/segmenters';
import { trainTokenizer } from '../../../src/core/text/train-tokenizer';
import type { Tokenizer } from '../../../src/core/text/tokenizer';
import { finish, manyScripts, tokenDefaults, train } from '../../helpers/tokenizers';

const units = ['character', 'grapheme', 'word', 'bpe'] as const;
const kinds = ['stream', 'examples'] as const;
const training = manyScripts.join('\n');
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom(...manyScripts.flatMap((line) => Array.from(line)), '\ud800', '\udc00'), { maxLength: 60 })
    .map((parts) => parts.join('')),
);
const tokensOf = (tokenizer: Tokenizer): string[] =>
  Array.from({ length: tokenizer.size }, (_, id) => tokenizer.token(id));

describe.each(units.flatMap((unit) => kinds.map((kind) => [unit, kind] as const)))(
  '%s tokenizer of %s',
  (unit, kind) => {
    const options = { unit, maxVocabulary: 600 };
    const tokenizer = train(options, [training], kind);

    it('gives its text back', () => {
      expect(tokenizer.unit).toBe(unit);
      expect(tokenizer.unknownCount(training)).toBe(0);
      expect(tokenizer.decode(tokenizer.encode(training))).toBe(training);
      expect(tokenizer.encode('')).toHaveLength(0);
    });

    it('encodes and decodes the same in chunks', () => {
      fc.assert(
        fc.property(fc.array(hostile, { maxLength: 5 }), (chunks) => {
          const whole = tokenizer.encode(chunks.join(''));
          const stream = tokenizer.stream();
          const ids = [...chunks.flatMap((chunk) => Array.from(stream.push(chunk))), ...stream.end()];
          expect(ids).toEqual(Array.from(whole));
          const decoder = tokenizer.decoder();
          const texts = ids.map((id) => decoder.push([id]));
          expect(texts.join('') + decoder.end()).toBe(tokenizer.decode(whole));
        }),
      );
    });

    it('has borders where text may be cut', () => {
      fc.assert(
        fc.property(hostile, fc.nat(), (text, place) => {
          if (text.length < 2) return;
          const at = 1 + (place % (text.length - 1));
          if (!tokenizer.isBorder(text, at) || (kind === 'examples' && unit === 'word')) return;
          expect([...tokenizer.encode(text.slice(0, at)), ...tokenizer.encode(text.slice(at))]).toEqual(
            Array.from(tokenizer.encode(text)),
          );
        }),
      );
    });

    it('survives its file', () => {
      fc.assert(
        fc.property(hostile, fc.boolean(), (text, lowercase) => {
          const made = train({ ...options, lowercase }, [training, text], kind);
          const loaded = tokenizerFromJson(JSON.parse(JSON.stringify(made)));
          expect(loaded.toJSON()).toEqual(made.toJSON());
          expect(loaded.unit).toBe(unit);
          expect(loaded.special).toEqual(made.special);
          expect(loaded.encode(text)).toEqual(made.encode(text));
          expect(loaded.decode(made.encode(text))).toEqual(made.decode(made.encode(text)));
        }),
        { numRuns: 20 },
      );
    });

    it('learns the same in chunks', () => {
      fc.assert(
        fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (chunks) => {
          const trainer = trainTokenizer({ ...tokenDefaults, ...options }, kind);
          for (const chunk of ['a b ', ...chunks]) trainer.push(chunk);
          const whole = train(options, [`a b ${chunks.join('')}`], kind);
          expect(finish(trainer.finishInSlices()).toJSON()).toEqual(whole.toJSON());
        }),
        { numRuns: 30 },
      );
    });

    it('refuses ids that do not exist', () => {
      for (const id of [tokenizer.size, -1, 0.5, NaN]) {
        expect(() => tokenizer.decode([id])).toThrow(RangeError);
        expect(() => tokenizer.token(id)).toThrow(RangeError);
      }
    });
  },
);

describe('vocabulary', () => {
  it('begins with the special tokens', () => {
    for (const unit of units) {
      const examples = train({ unit }, ['b a a'], 'examples');
      expect(examples.special).toEqual({ pad: 0, unknown: 1, begin: 2, end: 3 });
      expect(tokensOf(examples).slice(0, 4)).toEqual(['<pad>', '<unk>', '<bos>', '<eos>']);
      expect(examples.decode([2, ...examples.encode('a b'), 3, 0])).toBe('a b');
    }
    for (const unit of ['character', 'grapheme', 'word'] as const) {
      expect(train({ unit }, ['b a a']).special).toEqual({ unknown: 0 });
    }
    expect(train({ unit: 'bpe' }, ['b a a']).special).toEqual({});
  });

  it('is sorted by count, then code point', () => {
    expect(tokensOf(train({ unit: 'word' }, ['b a c c \ufffd \u{1f600}']))).toEqual([
      '<unk>',
      ' c',
      ' a',
      ' \ufffd',
      ' \u{1f600}',
      'b',
    ]);
    expect(tokensOf(train({ unit: 'word' }, ['b', 'a', 'c c'], 'examples')).slice(4)).toEqual([' c', ' a', ' b']);
    expect(tokensOf(train({ unit: 'grapheme' }, ['e\u0301xe\u0301y']))).toEqual(['<unk>', 'e\u0301', 'x', 'y']);
  });

  it('keeps to minCount and maxVocabulary', () => {
    expect(tokensOf(train({ unit: 'word', minCount: 2 }, ['a a a b b c c d']))).toEqual(['<unk>', ' a', ' b', ' c']);
    expect(tokensOf(train({ unit: 'word', maxVocabulary: 2 }, ['x a a a b b']))).toEqual(['<unk>', ' a']);
    expect(train({ unit: 'bpe', minCount: 3 }, ['ab ab ab cd cd']).encode('ab cd')).toHaveLength(4);
    const tokenizer = train({ unit: 'word', minCount: 2 }, [' a a b']);
    expect(tokenizer.unknownCount(' a zzz b')).toBe(2);
    expect(tokenizer.decode(tokenizer.encode(' a zzz a'))).toBe(' a<unk> a');
  });

  it('puts text in lower case when asked', () => {
    for (const unit of units) {
      const tokenizer = train({ unit, lowercase: true, maxVocabulary: 300 }, ['Abc ΣΑΣ']);
      expect(tokenizer.decode(tokenizer.encode('aBC ΣΑΣ'))).toBe('abc σασ');
      expect(tokenizer.unknownCount('aBC')).toBe(0);
    }
  });

  it('of one token, of none, or without room is an error that says what to do', () => {
    for (const unit of units) {
      expect(() => train({ unit }, ['aaaa'])).toThrow(
        unit === 'word' ? /only one different word/ : /only one different/,
      );
      expect(() => train({ unit }, [''])).toThrow(/is empty/);
      expect(() => train({ unit, maxVocabulary: 4 }, ['ab'], 'examples')).toThrow(/set it to \d+ or more/);
      expect(() => train({ unit }, ['aaaa'])).toThrow(UserError);
    }
    expect(() => train({ minCount: 9 }, ['aab'])).toThrow(/lower it to 2 or less/);
    expect(() => train({ unit: 'word', minCount: 9 }, ['a b a'])).toThrow(/lower it to 1 or less/);
    expect(() => train({ unit: 'bpe', maxVocabulary: 256 }, ['ab'])).toThrow(/are 256 tokens already: set it to 257/);
  });
});

describe('segments', () => {
  const alphabet = Array.from('aZé_0 9.,\':;-"()ΩжÀ😀👍🏽©½²\u0301').concat('don', '👩‍👩‍👧', '🇩🇪');
  const text = fc.array(fc.constantFrom(...alphabet), { maxLength: 30 }).map((parts) => parts.join(''));
  const platform = (granularity: 'word' | 'grapheme', line: string): string[] =>
    Array.from(new Intl.Segmenter('en', { granularity }).segment(line), ({ segment }) => segment);

  it('are those words that the platform finds, where no dictionary is needed', () => {
    const spaceless = (parts: string[]): string[] => parts.map((part) => part.trim()).filter((part) => part !== '');
    fc.assert(
      fc.property(text, (line) => {
        // A mark after a space belongs to the space there, and to the next word here.
        const usual = line.replace(/(^| )[\p{M}\p{Emoji_Modifier}]+/gu, '$1');
        expect(spaceless(words.split(usual))).toEqual(spaceless(platform('word', usual)));
        expect(words.split(line).join('')).toBe(line);
      }),
      { numRuns: 2000 },
    );
  });

  it('are the graphemes that the platform finds', () => {
    fc.assert(
      fc.property(hostile, (line) => {
        expect(graphemes.split(line)).toEqual(platform('grapheme', line));
      }),
      { numRuns: 1000 },
    );
  });

  it('are bounded: very long stretches without a border are cut', () => {
    for (const unit of units) {
      const tokenizer = train({ unit }, ['ab ab\u0301']);
      const long = 'a'.repeat(200_000);
      const ids = tokenizer.encode(long);
      const stream = tokenizer.stream();
      const parts = [stream.push(long.slice(0, 70_000)), stream.push(long.slice(70_000)), stream.end()];
      expect(parts.flatMap((part) => Array.from(part))).toEqual(Array.from(ids));
    }
  });
});

const vectors = JSON.parse(readFileSync(join(__dirname, '../../reference/tokenizer-kinds-vectors.json'), 'utf8')) as {
  madeWith: string;
  cases: { name: string; tokenizer: object; texts: string[]; ids: number[][]; decoded: string[] }[];
  training: {
    text: string;
    size: number;
    minCount: number;
    special: string[];
    merges: string[];
    vocab: Record<string, number>;
  };
};

describe(`Hugging Face's tokenizers give the same (vectors: ${vectors.madeWith})`, () => {
  it.each(vectors.cases)('ids: $name', ({ tokenizer, texts, ids, decoded }) => {
    const ours = tokenizerFromJson(tokenizer);
    texts.forEach((text, at) => {
      expect(Array.from(ours.encode(text))).toEqual(ids[at]);
      expect(ours.decode(ids[at])).toBe(decoded[at]);
    });
  });

  it('merges of byte-pair encoding', () => {
    const { text, size, minCount, merges, vocab } = vectors.training;
    const model = (
      JSON.parse(JSON.stringify(train({ unit: 'bpe', maxVocabulary: size, minCount }, [text], 'examples'))) as {
        model: { merges: string[]; vocab: Record<string, number> };
      }
    ).model;
    expect(model.merges).toEqual(merges);
    expect(model.vocab).toEqual(vocab);
  });
});

describe('foreign files', () => {
  const whitespace = {
    added_tokens: [{ id: 3, content: '[PAD]', special: true }],
    normalizer: null,
    pre_tokenizer: { type: 'Whitespace' },
    decoder: null,
    model: { type: 'WordLevel', unk_token: '[UNK]', vocab: { '[UNK]': 0, good: 1, '!': 2 } },
  };

  it('of words are read', () => {
    const tokenizer = tokenizerFromJson(whitespace);
    expect(tokenizer.special).toEqual({ unknown: 0, pad: 3 });
    expect(Array.from(tokenizer.encode('good  bad!'))).toEqual([1, 0, 2]);
    expect(tokenizer.decode([1, 2, 3])).toBe('good !');
  });

  it('that do something else are refused with a sentence', () => {
    const bpe = JSON.parse(JSON.stringify(train({ unit: 'bpe' }, ['ab ab']))) as {
      model: object;
      pre_tokenizer: object;
    };
    const bad: unknown[] = [
      {},
      { model: { type: 'Unigram' } },
      { ...whitespace, normalizer: { type: 'StripAccents' } },
      {
        ...whitespace,
        pre_tokenizer: { type: 'Split', pattern: { Regex: '(a+)+b' }, behavior: 'Isolated', invert: false },
      },
      { ...whitespace, added_tokens: [{ id: 3, content: '  ', special: false }] },
      { ...whitespace, added_tokens: [{ id: 9, content: '[PAD]', special: true }] },
      { ...whitespace, decoder: { type: 'WordPiece' } },
      { ...whitespace, model: { ...whitespace.model, unk_token: null } },
      { ...bpe, pre_tokenizer: { type: 'ByteLevel', use_regex: false } },
      { ...bpe, model: { ...bpe.model, byte_fallback: true } },
      { ...bpe, model: { ...bpe.model, merges: ['a'] } },
      { ...bpe, model: { ...bpe.model, merges: ['a zz'] } },
      { ...bpe, model: { ...bpe.model, vocab: { a: 0 } } },
    ];
    for (const json of bad) expect(() => tokenizerFromJson(json, 'x.json')).toThrow(UserError);
    expect(() => tokenizerFromJson({ model: { type: 'Unigram' } }, 'x.json')).toThrow(
      /^x\.json is not .*"Unigram" is neither WordLevel nor BPE/,
    );
  });
});
