import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';
import { Random } from '../../../src/core/random';
import { openVectors, saveVectors } from '../../../src/worker/vector-file';
import { temporaryFolder } from '../../helpers/temporary';

const PYTHON = process.env.SEQUENCE_LAB_GENSIM_PYTHON;
const folder = temporaryFolder();

/** Loads a file of ours in gensim and writes its values raw, and the vectors in both formats again. */
const SCRIPT = `
import sys
from gensim.models import KeyedVectors
source, folder, binary = sys.argv[1], sys.argv[2], sys.argv[3] == "binary"
vectors = KeyedVectors.load_word2vec_format(source, binary=binary)
vectors.vectors.astype("<f4").tofile(folder + "/raw")
open(folder + "/words", "w", encoding="utf-8").write("\\n".join(vectors.index_to_key))
vectors.save_word2vec_format(folder + "/again.txt", binary=False)
vectors.save_word2vec_format(folder + "/again.bin", binary=True)
`;

test.skipIf(!PYTHON).each(['text', 'binary'] as const)(
  'gensim reads our %s with the same values, and we its files',
  async (format) => {
    const random = new Random(1);
    const words = Array.from({ length: 500 }, (_, k) => (k % 7 === 0 ? `wört${k}日` : `w${k}`));
    const values = Float32Array.from({ length: 500 * 13 }, () => random.normal() * 10 ** (random.integer(9) - 4));
    const file = path.join(folder, 'ours');
    await saveVectors(new WordVectors(words, 13, values), file, format);
    execFileSync(PYTHON!, ['-c', SCRIPT, file, folder, format]);
    const raw = readFileSync(path.join(folder, 'raw'));
    expect(new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length))).toEqual(values);
    expect(readFileSync(path.join(folder, 'words'), 'utf8').split('\n')).toEqual(words);
    for (const name of ['again.txt', 'again.bin']) {
      const again = await openVectors(path.join(folder, name));
      expect(again.words).toEqual(words);
      expect(again.values).toEqual(values);
    }
  },
);
