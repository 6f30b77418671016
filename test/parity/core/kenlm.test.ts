import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fromArpa } from '../../../src/core/models/ngram/arpa-read';
import { writeArpaToken } from '../../../src/core/models/ngram/arpa-token';
import { toArpa } from '../../../src/core/models/ngram/arpa-write';
import { NgramLanguageModel } from '../../../src/core/models/ngram/model';
import type { NgramOptions, NgramText, Smoothing } from '../../../src/core/models/ngram/options';
import { Random } from '../../../src/core/random';
import { PRUNED } from '../../unit/core/arpa-files';
import { finish } from '../../helpers/finish';

/** A Python that has PyPI's `kenlm`. */
const PYTHON = process.env.SEQUENCE_LAB_KENLM_PYTHON ?? '';
const SCRIPT = join(import.meta.dirname, '../../reference/score-kenlm.py');
const WORDS = ['<unk>', '<s>', '</s>', ...Array.from({ length: 40 }, (_, i) => `w${i}`)];
const [UNKNOWN, BEGIN, END] = [0, 1, 2];

interface Scores {
  order: number;
  /** Base-10 logarithms. */
  scores: number[];
  tokens: number[][];
}

function hasKenlm(): boolean {
  if (PYTHON === '') return false;
  execFileSync(PYTHON, ['-c', 'import kenlm']);
  return true;
}

describe.skipIf(!hasKenlm())('ARPA files beside KenLM (SEQUENCE_LAB_KENLM_PYTHON)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kenlm-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function kenlmScores(arpa: string, sentences: string[], marked: boolean): Scores {
    const file = join(folder, 'model.arpa');
    writeFileSync(file, arpa);
    const input = JSON.stringify({ sentences, marked });
    return JSON.parse(execFileSync(PYTHON, [SCRIPT, file], { input, encoding: 'utf8', stdio: 'pipe' })) as Scores;
  }

  /** Every sentence's score is ours to 1e-5, and so is every token's. */
  function compare(
    model: NgramLanguageModel,
    arpa: string,
    texts: Int32Array[],
    words: string[],
    marked: boolean,
  ): void {
    const sentences = texts.map((ids) => Array.from(ids, (id) => words[id]).join(' '));
    const { order, scores, tokens } = kenlmScores(arpa, sentences, marked);
    expect(order).toBe(model.order);
    texts.forEach((ids, i) => {
      const ours = Array.from(model.logProbabilities(ids), (p) => p / Math.LN10);
      expect(tokens[i].length).toBe(ours.length);
      tokens[i].forEach((theirs, t) => expect(Math.abs(ours[t] - theirs)).toBeLessThan(2e-6));
      const sum = ours.reduce((total, p) => total + p, 0);
      expect(Math.abs(sum - scores[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(sum) / 10));
    });
  }

  /** Words by a skewed draw that looks at the word before, so that all orders learn something. */
  function sentence(random: Random, words: number): Int32Array {
    let before = 0;
    const next = (): number => 3 + (before = (before * 7 + Math.floor(random.next() ** 3 * words)) % words);
    return Int32Array.from({ length: random.integer(18) }, next);
  }

  const smoothings: Smoothing[] = [
    'absolute-discounting',
    'witten-bell',
    'kneser-ney',
    'modified-kneser-ney',
    'stupid-backoff',
  ];
  test.each(smoothings)('%s, sentences, orders 2, 3 and 5', (smoothing) => {
    const random = new Random(4);
    const train = Array.from({ length: 400 }, () => sentence(random, 38));
    // Words that never occurred and <unk> come too.
    const held = [...Array.from({ length: 60 }, () => sentence(random, 40)), Int32Array.of(UNKNOWN, 5, UNKNOWN, 42)];
    for (const order of [2, 3, 5]) {
      const model = trained(train, { order, vocabulary: WORDS.length, smoothing, begin: BEGIN, end: END });
      compare(model, [...toArpa(model, (id) => WORDS[id], UNKNOWN)].join(''), held, WORDS, true);
    }
  });

  test('characters of a running text, whose space, tab and line ends are escaped', () => {
    const text = 'the cat sat\n\tthe cat ran, \u2581the <s> dog sat on the cat.\n'.repeat(5);
    const characters = [...new Set(text)];
    const model = trained(
      Int32Array.from(text, (c) => characters.indexOf(c)),
      {
        order: 4,
        vocabulary: characters.length,
        smoothing: 'witten-bell',
      },
    );
    const arpa = [...toArpa(model, (id) => characters[id])].join('');
    const held = ['the cat\tdog\n', 's<>\u2581 cat', 'ooo  tt'].map((part) =>
      Int32Array.from(part, (c) => characters.indexOf(c)),
    );
    compare(model, arpa, held, characters.map(writeArpaToken), false);
  });

  test('a pruned file made by hand', () => {
    const { model, tokens } = fromArpa(PRUNED.split('\n'), 'pruned.arpa');
    const held = ['a b c', 'c c a', 'b a b c a', ''].map((text) =>
      Int32Array.from(text.split(' ').filter(Boolean), (word) => tokens.indexOf(word)),
    );
    compare(model, PRUNED, held, tokens, true);
  });
});

function trained(text: NgramText, options: NgramOptions): NgramLanguageModel {
  return finish(NgramLanguageModel.trainInSlices(text, options));
}
