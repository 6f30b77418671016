import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { importArpa } from '../../../src/core/models/ngram/arpa-import';
import { arpaNames } from '../../../src/core/models/ngram/arpa-names';
import { toArpa } from '../../../src/core/models/ngram/arpa-write';
import { NgramLanguageModel } from '../../../src/core/models/ngram/model';
import { parseRecipe } from '../../../src/core/recipe';
import { tokenizerFromJson } from '../../../src/core/text/read-tokenizer';
import type { Tokenizer } from '../../../src/core/text/tokenizer';
import { trainTokenizer } from '../../../src/core/text/train-tokenizer';
import { finish } from '../../helpers/finish';
import { LMPLZ } from './arpa-files';

const TEXT = 'the cat sat on the mat\nthe dog sat\n'.repeat(20);

function tokenizerOf(unit: 'character' | 'word' | 'bpe'): Tokenizer {
  const { tokens } = parseRecipe({ tokens: { unit, maxVocabulary: 300 } }, '');
  const trainer = trainTokenizer(tokens, 'stream');
  trainer.push(TEXT);
  return finish(trainer.finishInSlices());
}

function exported(tokenizer: Tokenizer): { model: NgramLanguageModel; lines: string[] } {
  const options = { order: 3, vocabulary: tokenizer.size, smoothing: 'witten-bell' } as const;
  const model = finish(NgramLanguageModel.trainInSlices(tokenizer.encode(TEXT), options));
  const arpa = [...toArpa(model, arpaNames(tokenizer), tokenizer.special.unknown)].join('');
  return { model, lines: arpa.split('\n') };
}

const NEW = 'the mat sat on a zebra\n';

test.each(['character', 'word'] as const)('a model of running text comes back with its %ss', (unit) => {
  const tokenizer = tokenizerOf(unit);
  const { model, lines } = exported(tokenizer);
  const imported = importArpa(() => lines, 'm.arpa');
  expect(imported.isSentences).toBe(false);
  expect(imported.tokenizer.unit).toBe(unit);
  const there = tokenizerFromJson(JSON.parse(JSON.stringify(imported.tokenizer.toJSON())));
  expect(there.decode(there.encode(TEXT))).toBe(TEXT);
  const before = model.logProbabilities(tokenizer.encode(NEW));
  const after = imported.model.logProbabilities(there.encode(NEW));
  expect(after.length).toBe(before.length);
  after.forEach((each, k) => expect(each).toBeCloseTo(before[k], 5));
});

test('a model of pieces of words needs its tokenizer', () => {
  const tokenizer = tokenizerOf('bpe');
  const { model, lines } = exported(tokenizer);
  const imported = importArpa(() => lines, 'm.arpa', tokenizer);
  const ids = tokenizer.encode(NEW);
  imported.model.logProbabilities(ids).forEach((each, k) => {
    expect(each).toBeCloseTo(model.logProbabilities(ids)[k], 5);
  });
});

test('a file in the layout of KenLM: words between white space, sentences, <s> with a probability of one', () => {
  const { model, tokenizer, isSentences } = importArpa(() => LMPLZ.split('\n'), 'lm.arpa');
  expect(isSentences).toBe(true);
  const there = tokenizerFromJson(JSON.parse(JSON.stringify(tokenizer.toJSON())));
  expect(there.special).toEqual({ pad: 0, unknown: 1, begin: 2, end: 3 });
  const score = (text: string): number =>
    model.logProbabilities(there.encode(text)).reduce((sum, each) => sum + each, 0) / Math.LN10;
  expect(score('the cat')).toBeCloseTo(-0.3 - 0.2 - 0.4, 5);
  expect(score('  the\tcat ')).toBeCloseTo(score('the cat'), 6);
  expect(score('dog')).toBeCloseTo(-0.5 - 1.3 - 0.6, 5);
  expect(there.decode(there.encode('the cat'))).toBe('the cat');
  const sum = model.initialScores().reduce((total, each) => total + Math.exp(each), 0);
  expect(sum).toBeLessThan(1.001);
  expect(model.logProbability([], 2)).toBe(-Infinity);
  expect(model.logProbability([], 0)).toBe(-Infinity);
});

test.each([
  ['nothing', '', /no 1-grams/],
  ['another file', 'hello\nworld', /no 1-grams/],
  ['a token twice', LMPLZ.replace('\tdog', '\tcat'), /"cat" twice/],
  ['no end', LMPLZ.replace('\\end\\', ''), /may be cut short/],
])('%s is refused in a sentence', (_, text, message) => {
  const attempt = () => importArpa(() => text.split('\n'), 'lm.arpa');
  expect(attempt).toThrow(UserError);
  expect(attempt).toThrow(message);
});
