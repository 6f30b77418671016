// The text that the biLM of docs/figures.md learns from, on standard output: sentences of the natural Wikipedia text of 4 to 45
// words, and twice each sentence of the training parts of UD English EWT and WNUT-17, its tokens with spaces between them.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { inRoot } from '../scripts/lib/paths.mjs';

const data = (...names) => inRoot('..', 'shared', 'data', ...names);
/** Paragraphs of fewer characters are headings. */
const LEAST = 40;
const END = /(?<=[a-z0-9)"”][.!?])["”)]?\s+(?=[A-Z"“(])/u;

const packed = readdirSync(data('wikipedia')).find((file) => /natural/.test(file) && file.endsWith('.xz'));
const text = spawnSync('xz', ['-dc', data('wikipedia', packed)], { maxBuffer: 1e9, encoding: 'utf8' }).stdout;
const paragraphs = text.split('\n').map((line) => line.trim());
const sentences = paragraphs
  .filter(({ length }) => length >= LEAST)
  .flatMap((paragraph) => paragraph.split(END))
  .filter((sentence) => {
    const words = sentence.split(/\s+/u).length;
    return words >= 4 && words <= 45;
  });
const treebank = columns(data('ud_ewt', 'en_ewt-ud-train.rebuilt.conllu'), 1, (row) => /^\d+$/.test(row[0]));
const entities = columns(data('wnut17', 'wnut17train.conll'), 0, () => true);
const own = [...treebank, ...entities];
process.stdout.write(`${[...sentences, ...own, ...own].join('\n')}\n`);

/** Sentences of a file of columns: the tokens of those rows that count. */
function columns(file, at, counts) {
  const blocks = readFileSync(file, 'utf8').split(/\r?\n[ \t]*\r?\n/u);
  return blocks
    .map((block) => block.split(/\r?\n/u).filter((line) => line.trim() !== '' && !line.startsWith('# ')))
    .map((rows) => rows.map((line) => line.split('\t')).filter(counts))
    .map((rows) => rows.map((row) => row[at]).join(' '))
    .filter((sentence) => sentence !== '');
}
