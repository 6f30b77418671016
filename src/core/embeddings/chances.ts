const ALL = 0xffffffff;

/** A chance in [0, 1] as the 32 bits that a random word is compared with. */
const asBits = (chance: number) => Math.round(Math.min(1, Math.max(0, chance)) * ALL) | 0;

/**
 * Sub-sampling as in word2vec.c: a word whose share of the text is f is kept with chance √(t/f) + t/f.
 * @param sample t; 0 keeps all
 * @returns [V], chances times 2^32 − 1
 */
export function keepChances(counts: readonly number[], sample: number): Int32Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const kept = (count: number) => Math.sqrt((sample * total) / count) + (sample * total) / count;
  return Int32Array.from(counts, (count) => asBits(sample > 0 ? kept(count) : 1));
}

/**
 * The alias method (Walker, 1977; Vose, 1991) for drawing words with chances that grow as count^power: draw a word evenly,
 * keep it with `chance`, else take its `alias`.
 */
export function aliasTable(counts: readonly number[], power: number): { chance: Int32Array; alias: Int32Array } {
  const weights = counts.map((count) => count ** power);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const left = weights.map((weight) => weight / mean);
  const chance = new Int32Array(counts.length).fill(ALL | 0);
  const alias = Int32Array.from(counts, (_, id) => id);
  const small: number[] = [];
  const large: number[] = [];
  left.forEach((share, id) => (share < 1 ? small : large).push(id));
  while (small.length > 0 && large.length > 0) {
    const id = small.pop()!;
    const other = large[large.length - 1];
    chance[id] = asBits(left[id]);
    alias[id] = other;
    left[other] -= 1 - left[id];
    if (left[other] < 1) small.push(large.pop()!);
  }
  return { chance, alias };
}

/**
 * Huffman's tree over the words: on the way to a word from the root, 2 · node + code for each of the V − 1 inner nodes
 * passed, code 1 for the more frequent branch as in word2vec.c. A word's part of `path` begins at `start[word]`.
 * @param counts falling, two at least
 */
export function huffmanPaths(counts: readonly number[]): { start: Int32Array; path: Int32Array } {
  const words = counts.length;
  const weight = Float64Array.from({ length: 2 * words - 1 }, (_, node) => counts[node] ?? Infinity);
  const parent = new Int32Array(2 * words - 1);
  const code = new Uint8Array(2 * words - 1);
  let leaf = words - 1;
  let inner = words;
  for (let made = words; made < 2 * words - 1; made++) {
    const next = () => (leaf >= 0 && weight[leaf] < weight[inner] ? leaf-- : inner++);
    const [rare, frequent] = [next(), next()];
    weight[made] = weight[rare] + weight[frequent];
    parent[rare] = parent[frequent] = made;
    code[frequent] = 1;
  }
  const start = new Int32Array(words + 1);
  const path: number[] = [];
  for (let word = 0; word < words; word++) {
    const way: number[] = [];
    for (let node = word; node !== 2 * words - 2; node = parent[node])
      way.push(2 * (parent[node] - words) + code[node]);
    path.push(...way.reverse());
    start[word + 1] = path.length;
  }
  return { start, path: Int32Array.from(path) };
}
