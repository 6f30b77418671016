// Trains the tagger that is shipped, on the sentences of scripts/samples/names.mjs, into media/starter-tagger:
// `npm run starter`. A few minutes; the test of the starter tagger says whether the result is good enough.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure, main } from './lib/failure.mjs';
import { inRoot } from './lib/paths.mjs';
import { run, tail } from './lib/process.mjs';
import { names } from './samples/names.mjs';
import { randomSource } from './samples/random.mjs';
import { setUp } from './setup.mjs';

const TARGET = inRoot('media/starter-tagger');
const RECIPE = inRoot('scripts/starter-tagger.recipe.json');
const SEED = 20261122;
/** What answering needs of a run. */
const KEPT = ['tagger-vocabulary.json', 'checkpoints/best.safetensors'];
const MINUTES = 30;

/** Trains in `folder`; returns the run's folder. */
async function train(folder) {
  const file = path.join(folder, 'names.jsonl');
  writeFileSync(file, names(randomSource(SEED)));
  const args = ['train', file, '--recipe', RECIPE, '--runs', path.join(folder, 'runs'), '--json'];
  const { code, stdout, output } = await run(process.execPath, [inRoot('dist/cli.js'), ...args], {
    seconds: 60 * MINUTES,
  });
  if (code !== 0) throw new Failure(`The training failed:\n${tail(output)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)).run;
}

/** A run's record without what only the machine that trained it means. */
function shippedRecord(text) {
  const record = JSON.parse(text);
  delete record.source.uri;
  record.environment.platform = `${process.platform} ${process.arch}`;
  return { ...record, id: 'starter-tagger', name: 'starter tagger' };
}

await main(async () => {
  await setUp({ say: (line) => console.log(`setup: ${line}`) });
  const folder = mkdtempSync(path.join(tmpdir(), 'sequence-lab-starter-'));
  try {
    const trained = await train(folder);
    rmSync(TARGET, { recursive: true, force: true });
    mkdirSync(TARGET, { recursive: true });
    for (const name of KEPT) cpSync(path.join(trained, name), path.join(TARGET, name));
    const record = shippedRecord(readFileSync(path.join(trained, 'run.json'), 'utf8'));
    writeFileSync(path.join(TARGET, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
    const { f1, accuracy } = record.best;
    console.log(`media/starter-tagger: F1 ${(100 * f1).toFixed(1)} %, accuracy ${(100 * accuracy).toFixed(1)} % of held-out sentences`); // prettier-ignore
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
