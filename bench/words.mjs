// Speed of learning word vectors beside gensim and the fastText library: `node bench/words.mjs [TEXT] [options]`.
//   TEXT           lower-case words apart by white space; else the Wikipedia sample of ../shared/data (needs xz)
//   --threads 1,2  --seconds 210 for everything  --table FILE  --no-install: peers that are not there are skipped
// gensim is looked for in the Python that SEQUENCE_LAB_GENSIM_PYTHON names, else installed into the cache folder.
import { closeSync, mkdirSync, openSync, readdirSync, readSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, main } from '../scripts/lib/failure.mjs';
import { inRoot } from '../scripts/lib/paths.mjs';
import { setUp } from '../scripts/setup.mjs';
import { buildNativeKernels, bundle } from './bundle.mjs';
import { findWordPeers } from './peers.mjs';

/** Bytes whose words are the vocabulary; words of a line, as long as word2vec's sentences; lines that are learned from. */
const [TEXT_BYTES, LINE, LINES] = [16_000_000, 1000, 400];

const say = (line) => console.error(`bench: ${line}`);

function firstBytes(file) {
  if (file) {
    const bytes = Buffer.alloc(TEXT_BYTES);
    const handle = openSync(file);
    const read = readSync(handle, bytes, 0, TEXT_BYTES, 0);
    closeSync(handle);
    return bytes.toString('utf8', 0, read);
  }
  const folder = inRoot('..', 'shared', 'data', 'wikipedia');
  const packed = readdirSync(folder).find((name) => /text8style.*\.xz$/.test(name));
  if (!packed) throw new Failure(`There is no sample in ${folder}: name a text.`);
  const { stdout, status } = spawnSync(
    'bash',
    ['-c', `xz -dc "$0" | head -c ${TEXT_BYTES}`, path.join(folder, packed)],
    {
      encoding: 'utf8',
      maxBuffer: 2 * TEXT_BYTES,
    },
  );
  if (!stdout) throw new Failure(`xz could not unpack ${packed} (${status}): install xz-utils, or name a text.`);
  return stdout;
}

/** Writes the text as lines of 1,000 words, and its first lines once more. */
function writeTexts(text) {
  const words = text.split(/\s+/).filter(Boolean).slice(0, -1);
  const lines = [];
  for (let from = 0; from + LINE <= words.length; from += LINE) lines.push(words.slice(from, from + LINE).join(' '));
  const folder = path.join(tmpdir(), 'sequence-lab-words');
  mkdirSync(folder, { recursive: true });
  const write = (name, some) => {
    writeFileSync(path.join(folder, name), `${some.join('\n')}\n`);
    return path.join(folder, name);
  };
  const part = lines.slice(0, LINES);
  return { all: write('all.txt', lines), part: write('part.txt', part), words: part.length * LINE };
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      threads: { type: 'string', default: '1,2' },
      seconds: { type: 'string', default: '210' },
      table: { type: 'string' },
      'no-install': { type: 'boolean', default: false },
    },
  });
  await setUp({ bundles: false });
  await bundle();
  await buildNativeKernels(say);
  const peers = await findWordPeers({ install: !values['no-install'], say });
  const { benchWords } = createRequire(import.meta.url)(inRoot('out/bench/words.js'));
  const text = writeTexts(firstBytes(positionals[0]));
  const threads = values.threads.split(',').map(Number);
  const report = await benchWords({ text, threads, seconds: Number(values.seconds), peers }, say);
  console.log(report);
  if (values.table) writeFileSync(values.table, `${report}\n`);
});
