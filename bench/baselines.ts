// Figures of the counted baselines on real data:
//   node test/parity/engine/bundle.mjs bench/baselines.ts [FOLDER OF shared/data]
// Perplexity of words by order and smoothing, speed and memory on 20 MB of Wikipedia (Debian: xz-utils); sentence polarity
// in ten folds. Speeds are of one core: the least processor time of a few repetitions.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClassifierData, LabelledIds } from '../src/core/models/bag/labelled';
import { countNgrams } from '../src/core/models/ngram/counts';
import { NgramLanguageModel } from '../src/core/models/ngram/model';
import type { NgramOptions, Smoothing } from '../src/core/models/ngram/options';
import { LogisticRegressionCounter, NaiveBayesCounter } from '../src/core/training/classifier-counter';
import type { Counter } from '../src/core/training/learner';
import { finish } from '../test/helpers/finish';

const DATA = process.argv[2] ?? join(process.cwd(), '../shared/data');
const VOCABULARY = 65_536;
const REPETITIONS = 3;
const SMOOTHINGS: Smoothing[] = [
  'add-k',
  'absolute-discounting',
  'witten-bell',
  'kneser-ney',
  'modified-kneser-ney',
  'stupid-backoff',
];

/** Words, single other signs and line ends, as ids; 0 is what is not among the most frequent of the training part. */
function wordIds(text: string): { train: Int32Array; validation: Int32Array } {
  const words = text.match(/[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*|[^\s\p{L}\p{M}\p{N}]|\n/gu) ?? [];
  const cut = Math.floor(words.length * 0.9);
  const counts = new Map<string, number>();
  for (let i = 0; i < cut; i++) counts.set(words[i], (counts.get(words[i]) ?? 0) + 1);
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, VOCABULARY - 1);
  const ids = new Map(kept.map(([word], i) => [word, i + 1]));
  const all = Int32Array.from(words, (word) => ids.get(word) ?? 0);
  return { train: all.slice(0, cut), validation: all.slice(cut) };
}

/** Millions of tokens a second of processor time, the best of a few repetitions. */
function speed<T>(tokens: number, work: () => T): { rate: string; result: T } {
  let least = Infinity;
  let result = work();
  for (let i = 0; i < REPETITIONS; i++) {
    const from = process.cpuUsage();
    result = work();
    const { user, system } = process.cpuUsage(from);
    least = Math.min(least, user + system);
  }
  return { rate: (tokens / least).toFixed(2), result };
}

function languageModels(): void {
  const file = join(DATA, 'wikipedia/enwiki2018.natural.20MB.txt.xz');
  const { train, validation } = wordIds(execFileSync('xz', ['-dc', file], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
  console.log(`Words: ${train.length} to count, ${validation.length} held out, vocabulary ${VOCABULARY}`);
  for (const smoothing of SMOOTHINGS) {
    const row = [2, 3, 4, 5].map((order) => {
      const options: NgramOptions = { order, vocabulary: VOCABULARY, smoothing };
      return Math.exp(finish(NgramLanguageModel.trainInSlices(train, options)).evaluate(validation).loss).toFixed(1);
    });
    console.log(`perplexity, orders 2 to 5, ${smoothing}: ${row.join('  ')}`);
  }
  const options: NgramOptions = { order: 5, vocabulary: VOCABULARY, smoothing: 'modified-kneser-ney' };
  const counting = speed(train.length, () => finish(countNgrams(train, options)));
  const training = speed(train.length, () => finish(NgramLanguageModel.trainInSlices(train, options)));
  const model = training.result;
  const query = speed(validation.length, () => model.evaluate(validation));
  console.log(
    `order 5, million tokens a second: counting ${counting.rate}, with smoothing ${training.rate}, querying ${query.rate}`,
  );
  console.log(`order 5: ${model.ngrams} n-grams, ${(model.bytes / model.ngrams).toFixed(1)} bytes each`);
  for (const { order, seen, possible, singletons } of model.description.sparsity) {
    console.log(
      `  ${order}-grams: ${seen} of ${possible.toExponential(1)}, ${((100 * singletons) / seen).toFixed(1)} % once`,
    );
  }
}

function polarity(): void {
  const ids = new Map<string, number>();
  const examples = (name: string): Int32Array[] =>
    readFileSync(join(DATA, 'rt_polarity', name), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) =>
        Int32Array.from(
          line.match(/[\p{L}\p{N}_]{2,}/gu) ?? [],
          (word) => ids.get(word) ?? ids.set(word, ids.size).size - 1,
        ),
      );
  const classes = [examples('rt-polarity.neg'), examples('rt-polarity.pos')];
  const part = (wanted: (i: number) => boolean): LabelledIds => {
    const pairs = classes.flatMap((own, label) => own.filter((_, i) => wanted(i)).map((own) => ({ own, label })));
    return { ids: pairs.map(({ own }) => own), labels: pairs.map(({ label }) => Int32Array.of(label)) };
  };
  const makers: Record<string, (data: ClassifierData, ngrams: number) => Counter> = {
    'naive Bayes': (data, ngrams) => new NaiveBayesCounter(data, { ngrams, alpha: 1 }, String),
    'logistic regression': (data, ngrams) =>
      new LogisticRegressionCounter(data, { ngrams, l2: 1, binary: false }, String),
  };
  for (const [name, make] of Object.entries(makers)) {
    for (const ngrams of [1, 2]) {
      const accuracies = Array.from({ length: 10 }, (_, fold) => {
        const [train, validation] = [part((i) => i % 10 !== fold), part((i) => i % 10 === fold)];
        const counter = make({ train, validation, labels: ['neg', 'pos'], multiLabel: false }, ngrams);
        finish(counter.fitInSlices());
        return 100 * (finish(counter.evaluateInSlices()).accuracy ?? 0);
      });
      const mean = accuracies.reduce((a, b) => a + b, 0) / 10;
      console.log(`sentence polarity, ten folds, ${name}, n-grams up to ${ngrams}: ${mean.toFixed(2)} %`);
    }
  }
}

polarity();
languageModels();
