// Writes the samples that are made by rule (all but the play): `node scripts/samples.mjs`. The same files on every machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { inRoot } from './lib/paths.mjs';
import { activity } from './samples/activity.mjs';
import { agreement } from './samples/agreement.mjs';
import { dna } from './samples/dna.mjs';
import { english, englishFrenchWords, french } from './samples/english-french.mjs';
import { genes } from './samples/genes.mjs';
import { homophones } from './samples/homophones.mjs';
import { iceAndSteam } from './samples/ice-and-steam.mjs';
import { kingAndQueen } from './samples/king-and-queen.mjs';
import { partsOfSpeech } from './samples/parts-of-speech.mjs';
import { quotes } from './samples/quotes.mjs';
import { randomSource } from './samples/random.mjs';
import { sentiment } from './samples/sentiment.mjs';
import { series } from './samples/series.mjs';
import { spells } from './samples/spells.mjs';
import { surnames } from './samples/surnames.mjs';
import { bank } from './samples/bank.mjs';
import { teddy } from './samples/teddy.mjs';
import { tunes } from './samples/tunes.mjs';

const SAMPLES = [
  ['agreement/agreement.txt', agreement],
  ['quotes/quotes.txt', quotes],
  ['homophones/pear-and-pair.txt', homophones],
  ['sentiment/opinions.tsv', sentiment],
  ['surnames/surnames.tsv', surnames],
  ['tunes/tunes.abc', tunes],
  ['dna/splice-sites.tsv', dna],
  ['series/load.csv', series],
  ['activity/activity.csv', activity],
  ['spells/spells.jsonl', spells],
  ['bank/sentences.txt', bank],
  ['teddy/teddy.jsonl', teddy],
  ['king-and-queen/people.txt', kingAndQueen],
  ['ice-and-steam/water.txt', iceAndSteam],
  ['english-french/english.txt', english],
  ['english-french/french.txt', french],
  ['english-french/words.tsv', englishFrenchWords],
  ['parts-of-speech/sentences.conllu', partsOfSpeech],
  ['genes/genes.conll', genes],
];
const SEED = 20261122;

for (const [file, make] of SAMPLES) {
  const target = inRoot('samples', file);
  mkdirSync(inRoot('samples', file, '..'), { recursive: true });
  writeFileSync(target, make(randomSource(SEED)));
}
