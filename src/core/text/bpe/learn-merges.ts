import { byteAlphabet, rankOfByte } from './alphabet';
import { PairQueue, type Candidate } from './pair-queue';

/** Bytes of different words that are learned from, the most frequent words first: about 0.3 GB of memory. */
const MOST_BYTES = 1 << 23;
/** Places looked at in one slice of work. */
const SLICE = 100_000;
const NONE = -1;

export interface MergeOptions {
  /** Tokens that the vocabulary begins with, before the 256 bytes. */
  special: string[];
  /** Size at which merging ends; more than `special` and 256 together. */
  maxVocabulary: number;
  /** Rarer pairs are not merged. */
  minCount: number;
}

export interface LearnedMerges {
  /** Special tokens, bytes, then what the merges made. */
  tokens: string[];
  /** Tokens that become one, the first merge first. */
  merges: [string, string][];
}

/**
 * Byte-pair encoding (Sennrich et al. 2016) over bytes: the most frequent pair of neighbours in the words becomes a token,
 * again and again; of equally frequent ones the pair with the smaller ids. The merges are those of Hugging Face's
 * BpeTrainer. Yields the share that is done.
 *
 * @param counts of each word (pre-token)
 */
export function* learnMerges(counts: Map<string, number>, options: MergeOptions): Generator<number, LearnedMerges> {
  const first = options.special.length;
  const tokens = [...options.special, ...byteAlphabet];
  const text = layOut(counts, first);
  const queue = new PairQueue(text.ids.length);
  yield* countPairs(text, queue);
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const merges: [string, string][] = [];
  let work = 0;
  while (tokens.length < options.maxVocabulary) {
    const candidate = queue.next(options.minCount);
    if (candidate === undefined) break;
    const { a, b } = candidate;
    const token = tokens[a] + tokens[b];
    // Two pairs can make the same token: "a" + "bc" and "ab" + "c".
    const id = idOf.get(token) ?? tokens.length;
    if (id === tokens.length) {
      tokens.push(token);
      idOf.set(token, id);
    }
    merges.push([tokens[a], tokens[b]]);
    work += mergeEverywhere(text, queue, candidate, id);
    queue.flush();
    if (work > SLICE) {
      work = 0;
      yield (tokens.length - first) / (options.maxVocabulary - first);
    }
  }
  return { tokens, merges: withoutRepeats(merges) };
}

/** All words one after the other as lists of ids, linked inside each word. */
interface LinkedWords {
  /** -1 for what was merged away. */
  ids: Int32Array;
  previous: Int32Array;
  next: Int32Array;
  /** How often the word was counted. */
  weights: Int32Array;
}

function layOut(counts: Map<string, number>, firstByte: number): LinkedWords {
  const encoder = new TextEncoder();
  let words = Array.from(counts, ([word, count]) => ({ bytes: encoder.encode(word), count }));
  let total = words.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > MOST_BYTES) {
    words.sort((a, b) => b.count - a.count);
    total = 0;
    words = words.filter(({ bytes }) => (total += bytes.length) <= MOST_BYTES);
    total = words.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  const ids = new Int32Array(total);
  const previous = new Int32Array(total);
  const next = new Int32Array(total);
  const weights = new Int32Array(total);
  let at = 0;
  for (const { bytes, count } of words) {
    const end = at + bytes.length;
    for (const byte of bytes) {
      ids[at] = firstByte + rankOfByte[byte];
      previous[at] = at - 1;
      next[at] = at + 1;
      weights[at] = count;
      at++;
    }
    previous[end - bytes.length] = NONE;
    next[end - 1] = NONE;
  }
  return { ids, previous, next, weights };
}

function* countPairs({ ids, next, weights }: LinkedWords, queue: PairQueue): Generator<number> {
  for (let at = 0; at < ids.length; at++) {
    if (next[at] !== NONE) queue.add(ids[at], ids[at + 1], weights[at], at);
    if (at % SLICE === SLICE - 1) yield 0;
  }
  queue.flush();
}

/** Returns how many places were looked at. */
function mergeEverywhere(words: LinkedWords, queue: PairQueue, candidate: Candidate, id: number): number {
  const { ids, previous, next, weights } = words;
  const { a, b } = candidate;
  let looked = 0;
  for (const at of queue.places(candidate)) {
    looked++;
    const second = next[at];
    // Earlier merges may have used up either.
    if (ids[at] !== a || second === NONE || ids[second] !== b) continue;
    const weight = weights[at];
    const before = previous[at];
    const after = next[second];
    ids[at] = id;
    ids[second] = NONE;
    next[at] = after;
    if (before !== NONE) {
      queue.remove(ids[before], a, weight);
      queue.add(ids[before], id, weight, before);
    }
    if (after !== NONE) {
      previous[after] = at;
      queue.remove(b, ids[after], weight);
      queue.add(id, ids[after], weight, at);
    }
  }
  return looked;
}

/** A pair can come up twice; only its last place in the order counts then. */
function withoutRepeats(merges: [string, string][]): [string, string][] {
  const last = new Map(merges.map((merge, rank) => [merge.join(' '), rank]));
  return merges.filter((merge, rank) => last.get(merge.join(' ')) === rank);
}
