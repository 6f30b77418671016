import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random';
import { tokenizerFromJson } from '../../../src/core/text/read-tokenizer';
import { manyScripts, train } from '../../helpers/tokenizers';

const PYTHON = process.env.SEQUENCE_LAB_HF_PYTHON ?? 'python3';
const SCRIPT = join(__dirname, '../../reference/tokenize-with-hugging-face.py');
const present = spawnSync(PYTHON, ['-c', 'import tokenizers']).status === 0;

interface Job {
  cases: { tokenizer: object; texts: string[]; ids: number[][]; decoded: string[] }[];
  training: { text: string; size: number; minCount: number; special: string[]; merges: string[]; vocab: object };
}

const play = readFileSync(join(__dirname, '../../../samples/play/the-clockmakers-holiday.txt'), 'utf8');

/** Words of a play and pieces of many scripts, in any order. */
function jumble(count: number, random: Random): string {
  const words = play.split(/(?<=\s)/).slice(0, 2000);
  const parts = [...words, ...manyScripts.flatMap((line) => line.split(/(?<=\s)/))];
  return Array.from({ length: count }, () => parts[random.integer(parts.length)]).join('');
}

describe.skipIf(!present)('the installed Hugging Face tokenizers (SEQUENCE_LAB_HF_PYTHON)', () => {
  const random = new Random(7);
  const text = play + jumble(3000, random);
  const texts = Array.from({ length: 200 }, () => jumble(20, random));
  const bpe = { unit: 'bpe', maxVocabulary: 3000, minCount: 2 } as const;
  // Python's Unicode tables know no Indic conjuncts: those are split there.
  const plain = texts.filter((line) => !line.includes('हि'));
  const cases = [
    { tokenizer: train(bpe, [text], 'examples').toJSON(), texts },
    { tokenizer: train({ unit: 'word', maxVocabulary: 700 }, [text]).toJSON(), texts },
    { tokenizer: train({ unit: 'word', lowercase: true }, texts, 'examples').toJSON(), texts },
    { tokenizer: train({ unit: 'grapheme' }, [text]).toJSON(), texts: plain },
    { tokenizer: train({ unit: 'character', lowercase: true }, [text]).toJSON(), texts },
  ];
  const special = ['<pad>', '<unk>', '<bos>', '<eos>'];
  const training = { text, size: bpe.maxVocabulary, minCount: bpe.minCount, special };
  const run = (): Job =>
    JSON.parse(
      execFileSync(PYTHON, [SCRIPT], { input: JSON.stringify({ cases, training }), maxBuffer: 1 << 28 }).toString(),
    ) as Job;

  it('give the same merges, ids and texts', () => {
    const job = run();
    const { model } = JSON.parse(JSON.stringify(cases[0].tokenizer)) as { model: { merges: string[]; vocab: object } };
    expect(model.merges.length).toBeGreaterThan(1500);
    expect(model.merges).toEqual(job.training.merges);
    expect(model.vocab).toEqual(job.training.vocab);
    for (const { tokenizer, texts: lines, ids, decoded } of job.cases) {
      const ours = tokenizerFromJson(tokenizer);
      expect(lines.map((line) => Array.from(ours.encode(line)))).toEqual(ids);
      expect(ids.map((list) => ours.decode(list))).toEqual(decoded);
    }
  }, 60_000);
});
