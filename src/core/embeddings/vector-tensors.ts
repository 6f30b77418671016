import { UserError } from '../errors';
import type { NamedTensor } from '../runs/safetensors';
import { SubwordTable, type SubwordOptions } from './subwords';
import { WordVectors } from './word-vectors';

/** Names of the tensors: vectors of words [V, E]; of n-grams [N, E], and the bucket of each [N]. */
const NAMES = { words: 'embedding.weight', grams: 'subwords.weight', buckets: 'subwords.buckets' } as const;

/** Vectors as tensors of a checkpoint; the words themselves are kept elsewhere. */
export function vectorTensors({ words, size, values, subwords }: WordVectors): NamedTensor[] {
  const vectors: NamedTensor = { name: NAMES.words, dtype: 'F32', shape: [words.length, size], data: values };
  if (!subwords) return [vectors];
  const used = Int32Array.from(subwords.used);
  return [
    vectors,
    gramTensor(subwords, used, size),
    { name: NAMES.buckets, dtype: 'I32', shape: [used.length], data: used },
  ];
}

/** Rows of buckets, a part each: there may be millions. */
function gramTensor(subwords: SubwordTable, used: Int32Array, size: number): NamedTensor {
  const parts = function* () {
    for (const bucket of used) yield subwords.row(bucket)!;
  };
  return {
    ...({ name: NAMES.grams, dtype: 'F32', shape: [used.length, size] } as const),
    parts,
    get data() {
      const data = new Float32Array(used.length * size);
      let place = 0;
      for (const row of parts()) data.set(row, size * place++);
      return data;
    },
  };
}

/**
 * The vectors of a checkpoint. Throws UserError, with `where` as its name, when there is not one for each word, n-grams do
 * not fit, a value is no number or a word is there twice.
 * @param options how words are cut into n-grams, where the checkpoint has some
 */
export function vectorsOfTensors(
  tensors: ReadonlyMap<string, NamedTensor>,
  words: readonly string[],
  options: SubwordOptions | undefined,
  where: string,
): WordVectors {
  const damaged = (what: string) => new UserError(`${where} ${what}: the run is damaged, choose another one.`);
  const { data, shape = [] } = tensors.get(NAMES.words) ?? {};
  if (!(data instanceof Float32Array) || shape.length !== 2 || shape[0] !== words.length || shape[1] < 1)
    throw damaged(`does not hold one vector for each of its ${words.length.toLocaleString('en-US')} words`);
  const odd = data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0)
    throw damaged(
      `holds a value that is no number in the vector of ${JSON.stringify(words[Math.floor(odd / shape[1])])}`,
    );
  if (new Set(words).size < words.length) throw damaged('has a word twice');
  const [grams, buckets] = [tensors.get(NAMES.grams), tensors.get(NAMES.buckets)];
  if (!grams || !options || options.maxGram === 0) return new WordVectors(words, shape[1], data);
  const rows = grams.data;
  const fit =
    rows instanceof Float32Array &&
    buckets?.data instanceof Int32Array &&
    rows.length === buckets.data.length * shape[1] &&
    rows.every(Number.isFinite) &&
    buckets.data.every((bucket) => bucket >= 0 && bucket < options.buckets);
  if (!fit) throw damaged('holds vectors of n-grams that do not fit its words');
  const rowOf = (place: number) => rows.subarray(place * shape[1], (place + 1) * shape[1]) as Float32Array;
  return new WordVectors(words, shape[1], data, new SubwordTable(options, shape[1], buckets.data, rowOf));
}
