import type { TaggedSentence } from './tagged';

/** Counts of one, two and three tags in a row; the boundary, before and after each sentence, is the last index. */
export interface TagGrams {
  /** Tags and the boundary. */
  size: number;
  one: Float64Array;
  two: Float64Array;
  three: Float64Array;
}

/** Each sentence has two boundaries before it and one after it, which is predicted like a tag. */
export function countTagGrams(sentences: readonly TaggedSentence[], tags: number): TagGrams {
  const size = tags + 1;
  const [one, two, three] = [size, size ** 2, size ** 3].map((length) => new Float64Array(length));
  for (const sentence of sentences) {
    let [a, b] = [tags, tags];
    for (let i = 0; i <= sentence.tags.length; i++) {
      const c = i < sentence.tags.length ? sentence.tags[i] : tags;
      one[c]++;
      two[b * size + c]++;
      three[(a * size + b) * size + c]++;
      [a, b] = [b, c];
    }
  }
  return { size, one, two, three };
}

/**
 * ln p(c | a b) at [a, b, c]: shares of three, two and one in a row, interpolated by deleted interpolation (Brants, 2000,
 * figure 1). With order 2, `a` does not count.
 */
export function transitionsOf(grams: TagGrams, order: 2 | 3): Float64Array {
  const { size, one, two, three } = grams;
  const contexts = { two: sums(two, size), three: sums(three, size), all: one.reduce((sum, count) => sum + count, 0) };
  const weights = interpolation(grams, contexts, order);
  const result = new Float64Array(size ** 3);
  for (let at = 0; at < result.length; at++) {
    const [context, c] = [Math.floor(at / size), at % size];
    const b = context % size;
    const p =
      weights[0] * ratio(one[c], contexts.all) +
      weights[1] * ratio(two[b * size + c], contexts.two[b]) +
      weights[2] * ratio(three[at], contexts.three[context]);
    result[at] = Math.log(p);
  }
  return result;
}

interface Contexts {
  all: number;
  two: Float64Array;
  three: Float64Array;
}

/** Weights of one, two and three in a row: each n-gram votes for the order that predicts it best without itself. */
function interpolation({ size, one, two, three }: TagGrams, contexts: Contexts, order: 2 | 3): number[] {
  const votes = [0, 0, 0];
  three.forEach((count, at) => {
    if (count === 0) return;
    const [context, c] = [Math.floor(at / size), at % size];
    const b = context % size;
    const shares = [
      ratio(one[c] - 1, contexts.all - 1),
      ratio(two[b * size + c] - 1, contexts.two[b] - 1),
      order === 3 ? ratio(count - 1, contexts.three[context] - 1) : -1,
    ];
    votes[shares.lastIndexOf(Math.max(...shares))] += count;
  });
  const all = votes[0] + votes[1] + votes[2];
  return votes.map((vote) => ratio(vote, all));
}

/** Sum of each row of `size` counts. */
function sums(counts: Float64Array, size: number): Float64Array {
  const result = new Float64Array(counts.length / size);
  counts.forEach((count, at) => (result[Math.floor(at / size)] += count));
  return result;
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
