import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CharacterTokenizer } from '../../src/core/text/character-tokenizer';
import { normaliseText } from '../../src/core/text/normalise';
import { Utf8Reader } from '../../src/core/text/utf8';
import { resultOrSentence } from './outcome';

const tokenizer = CharacterTokenizer.train('the quick brown fox 😀\n', { minCount: 1, maxVocabulary: 100 });
const file = JSON.stringify(tokenizer);

describe('hostile text', () => {
  it('any bytes: what the platform decodes, or a sentence', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 10 }), (data, size) => {
        const text = resultOrSentence(() => {
          const reader = new Utf8Reader('notes.bin');
          let read = '';
          for (let at = 0; at < data.length; at += size) read += reader.push(data.subarray(at, at + size));
          return read + reader.end();
        });
        if (text === undefined) return;
        expect(text).toBe(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data));
        const normal = normaliseText(text).text;
        expect(tokenizer.encode(normal)).toHaveLength([...normal].length);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('hostile tokenizer.json', () => {
  const change = fc.record({
    at: fc.nat(file.length),
    remove: fc.nat(20),
    insert: fc.oneof(fc.string(), fc.constantFrom('null', '0', '[]', '{}', '"a"', '😀', '-1', '1e9')),
  });

  it('a good file with pieces changed', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const text = changes.reduce(
          (old, { at, remove, insert }) => old.slice(0, at) + insert + old.slice(at + remove),
          file,
        );
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          return;
        }
        const loaded = resultOrSentence(() => CharacterTokenizer.fromJSON(json));
        if (loaded !== undefined) {
          expect(loaded.decode(loaded.encode('the fox'))).toHaveLength(loaded.unknownCount('the fox') * 4 + 7);
          expect(CharacterTokenizer.fromJSON(JSON.parse(JSON.stringify(loaded))).size).toBe(loaded.size);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('any value in any place', () => {
    const place = fc.constantFrom(
      'model',
      'pre_tokenizer',
      'added_tokens',
      'normalizer',
      'model.vocab',
      'model.type',
      'model.unk_token',
      'pre_tokenizer.pattern',
    );
    const anything = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.string(), fc.oneof(fc.integer({ min: -1, max: 4 }), fc.anything())),
    );
    fc.assert(
      fc.property(place, anything, (path, value) => {
        const json = JSON.parse(file) as Record<string, Record<string, unknown>>;
        const [group, name] = path.split('.');
        if (name === undefined) json[group] = value as Record<string, unknown>;
        else json[group][name] = value;
        resultOrSentence(() => CharacterTokenizer.fromJSON(json));
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.anything(), (json) => void resultOrSentence(() => CharacterTokenizer.fromJSON(json))),
      { numRuns: 2000 },
    );
  });

  it('allocates no more than the file holds', () => {
    const huge = {
      ...(JSON.parse(file) as object),
      model: { type: 'WordLevel', unk_token: '<unk>', vocab: { '<unk>': 0, a: 4e9 } },
    };
    expect(resultOrSentence(() => CharacterTokenizer.fromJSON(huge))).toBeUndefined();
  });
});
