import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CharacterTokenizer } from '../../src/core/text/character-tokenizer';
import { normaliseText } from '../../src/core/text/normalise';
import { Utf8Reader } from '../../src/core/text/utf8';
import { recipeSchema, tasks } from '../../src/core/recipe/schema';
import { sourceFormats } from '../../src/core/recipe/schema/source';
import { detectFormat } from '../../src/core/text/detect';
import { readExamples } from '../../src/core/text/read-examples';
import { tokenizerFromJson } from '../../src/core/text/read-tokenizer';
import { trainTokenizer } from '../../src/core/text/train-tokenizer';
import { finish, tokenDefaults, train } from '../helpers/tokenizers';
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

describe('hostile examples', () => {
  const pieces = fc.constantFrom(
    ...['\t', ',', ';', '\n', '\n\n', '"', '""', '>', '>a b', 'X:1\n', 'K:D\n', 'R:jig\n', '{"text":"a","label":"b"}'],
    ...[
      '{"a":{"b":',
      '}',
      '[',
      '1',
      '-2.5',
      '1e999',
      'NaN',
      ' ',
      'text',
      'label',
      '__label__',
      '__label__x ',
      'a',
      '😀',
    ],
    ...['\u0000', '\ufeff', '\ud800', '__proto__', 'constructor', 'M:', '|', '='],
  );
  const file = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
    // Tables whose cells are anything.
    fc
      .tuple(
        fc.constantFrom(',', '\t', ';', ' '),
        fc.array(fc.array(pieces, { minLength: 2, maxLength: 3 }), { maxLength: 8 }),
      )
      .map(([delimiter, rows]) => rows.map((cells) => cells.join(delimiter)).join('\n')),
  );
  const name = fc.constantFrom('', 'text', 'label', 'a', 'a.b', '__proto__', 'constructor', 'R', 'K:', '1', '2');

  it('in any format, for any task: examples that fit the task, or a sentence', () => {
    const source = fc.record({
      format: fc.constantFrom(...sourceFormats),
      text: name,
      label: name,
      labelSeparator: fc.constantFrom('', ';', ' '),
      columns: fc.array(name, { maxLength: 2 }),
      sequence: fc.oneof(fc.constant(''), name),
    });
    fc.assert(
      fc.property(file, source, fc.constantFrom(...tasks), (text, input, task) => {
        const normal = normaliseText(text).text;
        const wanted = recipeSchema.parse({ source: input }).source;
        const examples = resultOrSentence(() => finish(readExamples(normal, wanted, task, 'hostile.csv')));
        if (examples === undefined) return;
        if (task === 'series') expect(examples.kind).toBe('series');
        if (task === 'language-model') expect(['text', 'lines']).toContain(examples.kind);
        if (examples.kind === 'labelled') expect(examples.labels).toHaveLength(examples.texts.length);
        if (examples.kind === 'series') {
          for (const row of examples.values)
            expect(row.every(Number.isFinite) && row.length).toBe(examples.columns.length);
        }
        if (examples.kind === 'frames') expect(examples.labels).toHaveLength(examples.sequences.length);
      }),
      { numRuns: 5000 },
    );
  });

  it('are always told a format, with one sentence', () => {
    fc.assert(
      fc.property(file, (text) => {
        const { reason, recipes } = detectFormat(text, 'hostile.tsv');
        expect(reason).toMatch(/^hostile\.tsv is [^\n]*\.$/u);
        expect(recipes.length).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });
});

describe.each(['character', 'grapheme', 'word', 'bpe'] as const)('hostile text for %s tokens', (unit) => {
  it('is learned from and encoded, or a sentence says why not', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const options = fc.record({
      lowercase: fc.boolean(),
      minCount: fc.integer({ min: 1, max: 3 }),
      maxVocabulary: fc.integer({ min: 2, max: 400 }),
    });
    fc.assert(
      fc.property(
        text,
        text,
        options,
        fc.constantFrom('stream' as const, 'examples' as const),
        (a, b, limits, kind) => {
          const made = resultOrSentence(() => {
            const trainer = trainTokenizer({ ...tokenDefaults, ...limits, unit }, kind);
            trainer.push(a);
            return finish(trainer.finishInSlices());
          });
          if (made === undefined) return;
          expect(made.size).toBeLessThanOrEqual(limits.maxVocabulary);
          const ids = made.encode(b);
          expect(ids.every((id) => id >= 0 && id < made.size)).toBe(true);
          const known = limits.lowercase ? b.toLowerCase() : b;
          if (!limits.lowercase && made.unknownCount(b) === 0) expect(made.decode(ids)).toBe(known);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has a file that may be damaged', () => {
    const good = JSON.stringify(train({ unit, maxVocabulary: 300 }, ['the quick brown fox the fox']));
    const value = fc.oneof(fc.anything(), fc.constantFrom(0, '', 'a', [], {}, ['a b'], [['a', 'b']], 1e9));
    const path = fc.constantFrom(
      ...['model', 'model.vocab', 'model.merges', 'model.type', 'model.unk_token', 'pre_tokenizer', 'decoder'],
      ...[
        'normalizer',
        'added_tokens',
        'pre_tokenizer.type',
        'model.ignore_merges',
        'model.vocab.a',
        'model.vocab.<unk>',
      ],
    );
    fc.assert(
      fc.property(path, value, (place, changed) => {
        const json = JSON.parse(good) as Record<string, unknown>;
        const keys = place.split('.');
        const last = keys.pop() as string;
        keys.reduce((inner, key) => inner[key] as Record<string, unknown>, json)[last] = changed;
        const loaded = resultOrSentence(() => tokenizerFromJson(json));
        if (loaded !== undefined) loaded.decode(loaded.encode('the fox 😀'));
      }),
      { numRuns: 1000 },
    );
  });
});
