import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { chunksOf } from '../../../src/core/text/chunks';
import { detectFormat } from '../../../src/core/text/detect';
import { taggedReaders } from '../../../src/core/text/formats/tagged';
import { toConll } from '../../../src/core/text/tagged/conll';
import { toConllu } from '../../../src/core/text/tagged/conllu';
import { chunkSchemes, convertTags, refuseBroken, schemeOf } from '../../../src/core/text/tagged/schemes';
import { sentencesOfText } from '../../../src/core/text/tagged/sentences';
import { toSpans } from '../../../src/core/text/tagged/spans';
import { joinTokens, type TaggedText } from '../../../src/core/text/tagged/tagged-text';

function read(format: keyof typeof taggedReaders, text: string): TaggedText[] {
  const work = taggedReaders[format](text, 'file');
  for (let slice = work.next(); ; slice = work.next()) if (slice.done) return slice.value;
}

describe('schemes', () => {
  const tags = fc.array(fc.constantFrom('O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC'), { maxLength: 12 });

  test('chunks are the same in every scheme, and each scheme accepts what it wrote', () => {
    fc.assert(
      fc.property(tags, (given) => {
        for (const scheme of chunkSchemes) {
          const written = convertTags(given, scheme);
          expect(chunksOf(written)).toEqual(chunksOf(given));
          refuseBroken(
            'file',
            [{ tags: written, lines: written.map((_, i) => i + 1), columns: written.map(() => 1) }],
            scheme,
          );
        }
      }),
    );
  });

  test.each([
    ['I-PER I-PER O I-LOC B-LOC', 'iob1'],
    ['O B-PER I-PER', 'bio'],
    ['B-PER B-LOC', 'bio'],
    ['B-PER E-PER O', 'bioes'],
    ['O O', 'bio'],
    ['NOUN VERB', undefined],
  ])('%s is %s', (text, scheme) => expect(schemeOf([{ tags: text.split(' ') }])).toBe(scheme));
});

describe('CoNLL columns', () => {
  test('2003: four columns, documents, IOB1; two columns: BIOES. Tags become BIO', () => {
    const four = '-DOCSTART- -X- -X- O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\n\nPeter NNP I-NP I-PER\n';
    expect(read('conll', four)).toEqual([
      { tokens: ['EU', 'rejects'], tags: ['B-ORG', 'O'] },
      { tokens: ['Peter'], tags: ['B-PER'] },
    ]);
    expect(read('conll', 'New\tB-LOC\nYork\tE-LOC\n,\tO')[0].tags).toEqual(['B-LOC', 'I-LOC', 'O']);
  });

  test('a label for each position of a sequence is read the same way', () => {
    expect(read('conll', 'A E\nC E\nG N\n')).toEqual([{ tokens: ['A', 'C', 'G'], tags: ['E', 'E', 'N'] }]);
  });
});

describe('CoNLL-U', () => {
  const line = (id: string, form: string, upos: string, misc = '_') =>
    [id, form, '_', upos, '_', '_', '_', '_', '_', misc].join('\t');

  test('words, parts of speech and blanks; contractions and empty nodes', () => {
    const rows = [
      ...[
        '# text = Vámonos al mar.',
        line('1-2', 'Vámonos', '_'),
        line('1', 'Vamos', 'VERB'),
        line('2', 'nos', 'PRON'),
      ],
      ...[line('3', 'mar', 'NOUN', 'SpaceAfter=No'), line('3.1', 'x', '_'), line('4', '.', 'PUNCT')],
    ];
    const [sentence] = read('conllu', rows.join('\n'));
    expect(sentence.tokens).toEqual(['Vamos', 'nos', 'mar', '.']);
    expect(sentence.tags).toEqual(['VERB', 'PRON', 'NOUN', 'PUNCT']);
    expect(joinTokens(sentence).text).toBe('Vamosnos mar.');
    expect(read('conllu', toConllu(sentence))).toEqual([sentence]);
  });
});

describe('spans', () => {
  test('tokens, tags and blanks of each line; emoji and right-to-left text', () => {
    const text = 'Teddy, meet 👩‍👩‍👧 Ann!\nשלום Ann';
    const at = text.lastIndexOf('Ann');
    const spans = [
      { start: 0, end: 5, label: 'person' },
      { start: at, end: at + 3, label: 'person' },
    ];
    const [one, two] = read('spans', JSON.stringify({ text, spans }));
    expect(one.tokens).toEqual(['Teddy', ',', 'meet', '👩‍👩‍👧', 'Ann', '!']);
    expect(one.tags).toEqual(['B-person', 'O', 'O', 'O', 'O', 'O']);
    expect(joinTokens(one).text).toBe('Teddy, meet 👩‍👩‍👧 Ann!');
    expect(two).toMatchObject({ tokens: ['שלום', 'Ann'], tags: ['O', 'B-person'] });
  });

  test("a last 's stands apart, whether a span ends before it or not", () => {
    const text = "Granger's wand, POTTER’S owl, it's 's";
    const all = ['Granger', "'s", 'wand', ',', 'POTTER', '’S', 'owl', ',', 'it', "'s", "'", 's'];
    const [with_] = read('spans', JSON.stringify({ text, spans: [[0, 7, 'person']] }));
    expect(with_.tokens).toEqual(all);
    expect(with_.tags.slice(0, 2)).toEqual(['B-person', 'O']);
    expect(read('spans', JSON.stringify({ text, spans: [] }))[0].tokens).toEqual(all);
    expect(joinTokens(with_).text).toBe(text);
  });

  test('text without spans has the tokens that running text has', () => {
    const piece = fc.constantFrom('Ann', "'s", '’s', ' ', '.', "don't", '\u00a0', '👩‍👩‍👧', 'é', '3,5', 'שלום', '@x');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
        const text = `x${pieces.join('')}`;
        const [{ tokens }] = read('spans', JSON.stringify({ text }));
        const running = [...sentencesOfText(text, 1e6)];
        expect(tokens).toEqual(running.flatMap((sentence) => sentence.tokens));
        for (const sentence of running) {
          sentence.starts.forEach((start, i) => expect(text.startsWith(sentence.tokens[i], start)).toBe(true));
        }
      }),
    );
  });

  test('a span cuts a token', () => {
    const [{ tokens, tags }] = read('spans', '{"text": "Parisians", "entities": [[0, 5, "place"]]}');
    expect([tokens, tags]).toEqual([
      ['Paris', 'ians'],
      ['B-place', 'O'],
    ]);
  });

  test('what is written is read back; adjacent spans stay two', () => {
    const tagged = { tokens: ['Ann', 'Bob', 'x'], tags: ['B-p', 'B-p', 'O'], spaces: [true, false, true] };
    expect(toSpans(tagged)).toBe(
      '{"text":"Ann Bobx","spans":[{"start":0,"end":3,"label":"p"},{"start":4,"end":7,"label":"p"}]}\n',
    );
    expect(read('spans', toSpans(tagged))).toEqual([tagged]);
    expect(read('conll', toConll(tagged))).toEqual([{ tokens: tagged.tokens, tags: tagged.tags }]);
  });
});

describe('damaged files get one sentence with the place', () => {
  const span = (...spans: unknown[]) => JSON.stringify({ text: 'Ann met Bob', spans });
  test.each([
    ['conll', 'Ann O\nBob', /line 2: "Bob" has no tag/],
    ['conll', 'a O\nx B-PER\n\nb O\nc I-LOC', /line 5, column 3: I-LOC follows no entity.*write B-LOC/],
    ['conll', 'x B-PER\ny E-LOC', /line 2, column 3: E-LOC follows B-PER/],
    ['conll', 'x B-PER\ny O\nz S-PER', /line 2, column 3: B-PER is followed by no I or E/],
    ['conll', '\n\n', /has no tokens/],
    ['conllu', '1\tAnn', /line 1: there are 2 columns/],
    ['conllu', `x${'\tAnn'.repeat(9)}`, /line 1: column 1 is "x"/],
    ['conllu', `1\tAnn\t_\t_${'\t_'.repeat(6)}`, /line 1: column 4/],
    ['spans', '{"text": "a", }', /line 1: this is not JSON at column 15/],
    ['spans', '[]', /line 1: this is JSON but no object/],
    ['spans', '{"spans": []}', /line 1: the field "text"/],
    ['spans', '{"text": "a", "spans": 3}', /the spans are no list/],
    ['spans', span([0, 12, 'p']), /0–12 \("p"\) lies outside of the text of 11/],
    ['spans', span([0, 3, 'p'], [2, 5, 'q']), /2–5 \("q"\) overlaps the span 0–3/],
    ['spans', span([3, 4, 'p']), /3–4 \("p"\) covers no words/],
    ['spans', span([0, 3, '']), /span 1 is not/],
    ['spans', span([0, 1.5, 'p']), /span 1 is not/],
    ['spans', '{"text": "a\\nb", "spans": [[0, 3, "p"]]}', /goes over the end of a line/],
  ] as const)('%s %j', (format, text, message) => {
    expect(() => read(format, text)).toThrow(UserError);
    expect(() => read(format, text)).toThrow(message);
  });
});

test.each([
  ['conll', 'Ann B-PER\nsaw O\n\nBob B-PER\n', 'a.txt', /4 tokens|3 tokens/],
  ['conll', 'A E\nC N\n', 'dna.conll', /2 tokens with 2 different tags/],
  ['conllu', `# x\n1\tAnn${'\t_'.repeat(8)}\n`, 'a.txt', /CoNLL-U/],
  ['spans', '{"text": "Ann", "spans": []}\n', 'a.txt', /labelled spans/],
])('a file is found to be %s', (format, text, name, reason) => {
  expect(detectFormat(text, name)).toMatchObject({ format, reason: expect.stringMatching(reason) });
});
