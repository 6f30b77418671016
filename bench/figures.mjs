// The figures of docs/figures.md on real data (`../shared/data`): `node bench/figures.mjs NAME [options for train]`.
//   polarity   ten folds of sentence polarity; --folds 0,1,2 takes some of them, --recipe NAME a classifier; a network is
//              measured once, after its last pass, so that nothing is chosen by the fold that measures it
//   surnames   surnames of 18 languages; --recipe NAME, else the recipe of samples/surnames
//   words      a 2 MB piece of the natural text, the last tenth held out; --recipe word-lstm, ngram-words ...
//   wnut17     entities of the shared task: trains on its training part, chooses the epoch on its development part and measures
//              its test part
//   wnut17-both  the same, trained on the training and development parts together, a tenth of them held out
// All other options go to `sequence-lab train`; each run is one process, one after the other.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inRoot } from '../scripts/lib/paths.mjs';

const folder = path.join(tmpdir(), 'sequence-lab-figures');
const data = (...names) => inRoot('..', 'shared', 'data', ...names);
const TEXT_BYTES = 2_000_000;

const [name, ...rest] = process.argv.slice(2);
const { values, tokens } = parseArgs({
  args: rest,
  options: { folds: { type: 'string' }, recipe: { type: 'string' } },
  strict: false,
  tokens: true,
});
const own = new Set(['folds', 'recipe']);
// What is not ours is the trainer's, in its order.
const passed = rest.filter(
  (_, i) =>
    !tokens.some(
      (token) => own.has(token.name) && (token.index === i || (!token.inlineValue && token.index + 1 === i)),
    ),
);

const works = {
  polarity: () => {
    const file = write(
      'polarity.tsv',
      ['pos', 'neg'].flatMap((label) =>
        lines(data('rt_polarity', `rt-polarity.${label}`)).map((text) => `${label}\t${text}`),
      ),
    );
    const folds = values.folds?.split(',').map(Number) ?? Array.from({ length: 10 }, (_, fold) => fold);
    return folds.map((fold) =>
      train(file, values.recipe ?? 'naive-bayes', [
        ...['--set', 'evaluation.folds=10', '--set', `evaluation.fold=${fold}`],
        ...['--set', 'evaluation.every=1000000000', '--set', 'training.patience=0'],
      ]),
    );
  },
  surnames: () => {
    const languages = readdirSync(data('names18')).filter((file) => file !== 'SOURCE.txt');
    const rows = languages.flatMap((file) =>
      lines(data('names18', file)).map((text) => `${file.slice(0, -4)}\t${text}`),
    );
    return [train(write('surnames18.tsv', rows), values.recipe ?? inRoot('samples/surnames/surnames.recipe.json'), [])];
  },
  words: () => {
    const packed = readdirSync(data('wikipedia')).find((file) => /natural|20/.test(file) && file.endsWith('.xz'));
    const text = spawnSync(
      'bash',
      ['-c', `xz -dc ${JSON.stringify(data('wikipedia', packed))} | head -c ${TEXT_BYTES}`],
      { maxBuffer: 1e9, encoding: 'utf8' },
    ).stdout;
    return [train(write('natural.txt', [text]), values.recipe ?? 'word-lstm', [])];
  },
  wnut17: () =>
    onWnut17Test(data('wnut17', 'wnut17train.conll'), [
      ...['--valid', data('wnut17', 'emerging.dev.conll')],
      // The test part is of other sites than the training part: no neighbour is to decide alone.
      ...(values.recipe === undefined ? ['--set', 'model.tokenDropout=0.15'] : []),
    ]),
  'wnut17-both': () => {
    const parts = ['wnut17train.conll', 'emerging.dev.conll'].map((file) => readFileSync(data('wnut17', file), 'utf8'));
    const file = write('wnut17.conll', [parts.map((text) => text.trimEnd()).join('\n\n')]);
    return onWnut17Test(file, []);
  },
};

if (!works[name]) throw new Error(`Say which figures: ${Object.keys(works).join(', ')}.`);
const results = works[name]();
for (const key of ['accuracy', 'precision', 'recall', 'f1', 'perplexity', 'bitsPerCharacter', 'seconds']) {
  const all = results.map((result) => result[key]).filter((value) => value !== undefined);
  if (all.length === 0) continue;
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, all.length - 1));
  console.log(
    `${key.padEnd(16)} ${mean.toFixed(4)}${all.length > 1 ? ` ± ${deviation.toFixed(4)} over ${all.length}` : ''}`,
  );
}

/** Trains a tagger and measures it on the test part of WNUT-17. */
function onWnut17Test(file, more) {
  const { run, seconds } = train(file, values.recipe ?? 'tagger', more);
  return [{ ...evaluate(run, data('wnut17', 'emerging.test.annotated')), seconds }];
}

function train(file, recipe, more) {
  const args = ['train', file, '--recipe', recipe, '--runs', path.join(folder, 'runs'), ...more, ...passed, '--json'];
  const events = lab(args);
  const { metrics, time, run } = events.at(-1);
  const best = (value) => (value === undefined ? '' : value.toFixed(4));
  const standing = events
    .filter(({ event }) => event === 'baseline')
    .map((each) => `${each.name} ${best(each.accuracy ?? each.perplexity)}`);
  console.log(
    `${best(metrics.accuracy)} ${best(metrics.f1)} ${best(metrics.perplexity)} in ${time.toFixed(1)} s; ${standing.join('; ')}`,
  );
  return { ...metrics, run, seconds: time };
}

/** Figures of a run on another file. */
function evaluate(run, file) {
  const { metrics, ...figures } = lab(['evaluate', run, file, '--json']).at(-1);
  return metrics ?? figures;
}

/** The lines of JSON that the command line answers with. */
function lab(args) {
  const cli = inRoot('dist/cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(stderr || stdout);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function lines(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function write(file, rows) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, file), `${rows.join('\n')}\n`);
  return path.join(folder, file);
}
