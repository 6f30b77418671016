import { UserError } from '../../errors';
import type { Level } from './levels';
import { checkOptions, type NgramOptions, type NgramText } from './options';
import { SLICE, type SortedText, sortText } from './sorted-text';

export interface CountedLevel extends Level {
  /** Occurrences; 0 for single tokens that the text lacks, and for <s>, which is never predicted. */
  count: Uint32Array;
}

export interface NgramCounts {
  /** By order: levels[0] are the single tokens. */
  levels: CountedLevel[];
  /** Row of the n-gram that begins a running text, by order like `levels`; none where the text is sentences. */
  starts: number[];
}

/** About 800 MB of tables. */
const MAX_NGRAMS = 1 << 25;

/**
 * Counts the n-grams of all orders; yields the share that is done. While it works it takes about 22 bytes a token beside
 * the tables. Throws UserError when there are more different n-grams than `maxNgrams`.
 */
export function* countNgrams(text: NgramText, options: NgramOptions): Generator<number, NgramCounts> {
  checkOptions(options);
  const { order, vocabulary, begin } = options;
  const sorting = sortText(text, options);
  let step = sorting.next();
  for (; !step.done; step = sorting.next()) yield step.value / 2;
  const sorted = step.value;
  const sizes = yield* countDistinct(sorted, order);
  refuseTooMany(sizes, options.maxNgrams ?? MAX_NGRAMS);
  const levels = [yield* singleTokens(sorted.ids, vocabulary)];
  const isStream = text instanceof Int32Array && text.length > 0;
  const starts = isStream ? [text[0]] : [];
  // Row of the n-gram at each position, in the order below; a single token is its row.
  let below: Int32Array = sorted.ids;
  let spare: Int32Array = new Int32Array(order > 2 ? sorted.ids.length : 0);
  for (let n = 2; n <= order; n++) {
    const rows = n < order ? spare : new Int32Array(0);
    const filling = fillLevel(sorted, n, levels[n - 2], newLevel(sizes[n]), below, rows);
    let filled = filling.next();
    for (; !filled.done; filled = filling.next()) yield (1 + (n - 2 + filled.value) / (order - 1)) / 2;
    levels.push(filled.value);
    if (isStream && n < order && text.length >= n) starts.push(rows[0]);
    spare = below === sorted.ids ? new Int32Array(n + 1 < order ? sorted.ids.length : 0) : below;
    below = rows;
  }
  if (begin !== undefined) levels[0].count[begin] = 0;
  return { levels, starts };
}

/** Different n-grams of each order, by order (index 0 is unused). */
function* countDistinct({ ids, span, positions, shared }: SortedText, order: number): Generator<number, number[]> {
  const sizes = new Array<number>(order + 1).fill(0);
  for (let from = 0; from < ids.length; from += SLICE) {
    const to = Math.min(ids.length, from + SLICE);
    for (let i = from; i < to; i++) for (let n = shared[i] + 1; n <= span[positions[i]]; n++) sizes[n]++;
    yield 1 / 2;
  }
  return sizes;
}

function refuseTooMany(sizes: number[], most: number): void {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all <= most) return;
  throw new UserError(
    `The text has ${all.toLocaleString('en-US')} different n-grams, more than ${most.toLocaleString('en-US')}: lower the model's order, which for a baseline is evaluation.baselineOrder.`,
  );
}

function* singleTokens(ids: Int32Array, vocabulary: number): Generator<number, CountedLevel> {
  const count = new Uint32Array(vocabulary);
  for (let from = 0; from < ids.length; from += SLICE) {
    const to = Math.min(ids.length, from + SLICE);
    for (let i = from; i < to; i++) count[ids[i]]++;
    yield 1 / 2;
  }
  const token = new Int32Array(vocabulary);
  for (let id = 0; id < vocabulary; id++) token[id] = id;
  return { token, count, suffix: new Int32Array(0), first: new Int32Array(0) };
}

function newLevel(size: number): CountedLevel {
  return {
    token: new Int32Array(size),
    count: new Uint32Array(size),
    suffix: new Int32Array(size),
    first: new Int32Array(0),
  };
}

/**
 * Fills the level of order n, and `first` of the level below, in one pass over the sorted positions.
 * @param below rows of order n - 1 by position
 * @param rows gets those of order n, unless it is empty
 */
function* fillLevel(
  sorted: SortedText,
  n: number,
  contexts: CountedLevel,
  level: CountedLevel,
  below: Int32Array,
  rows: Int32Array,
): Generator<number, CountedLevel> {
  const { length } = sorted.ids;
  const first = new Int32Array(contexts.token.length + 1);
  const at = { row: -1, context: -1 };
  for (let from = 0; from < length; from += SLICE) {
    fillSlice(sorted, n, level, first, below, rows, at, from, Math.min(length, from + SLICE));
    yield from / length;
  }
  first.fill(level.token.length, at.context + 1);
  contexts.first = first;
  return level;
}

function fillSlice(
  { ids, span, positions, shared }: SortedText,
  n: number,
  { token, count, suffix }: CountedLevel,
  first: Int32Array,
  below: Int32Array,
  rows: Int32Array,
  at: { row: number; context: number },
  from: number,
  to: number,
): void {
  let { row, context } = at;
  for (let i = from; i < to; i++) {
    const position = positions[i];
    if (span[position] < n - 1) continue;
    // Contexts come in the order of their rows; single tokens that the text lacks are passed over.
    if (shared[i] < n - 1) {
      const next = below[position];
      while (context < next) first[++context] = row + 1;
    }
    if (span[position] < n) continue;
    if (shared[i] < n) {
      row++;
      token[row] = ids[position + n - 1];
      suffix[row] = below[position + 1];
    }
    count[row]++;
    if (rows.length > 0) rows[position] = row;
  }
  at.row = row;
  at.context = context;
}
