import type { NgramText } from './options';

/** Tokens between two yields: a few milliseconds. */
export const SLICE = 65_536;

/** A text whose positions are sorted by the tokens that follow, up to an order: equal n-grams stand side by side. */
export interface SortedText {
  ids: Int32Array;
  /** Tokens of each position's longest n-gram: the order, or less where a sentence or the text ends. */
  span: Uint8Array;
  /** Positions, sorted by their n-gram. */
  positions: Int32Array;
  /** Tokens that the n-gram at positions[i] shares with the one before it in that order; 0 for the first. */
  shared: Uint8Array;
}

interface Markers {
  order: number;
  vocabulary: number;
  begin?: number;
  end?: number;
}

/** Sorts by least significant column first (a counting sort for each token of the n-gram). Throws RangeError. */
export function* sortText(text: NgramText, options: Markers): Generator<number, SortedText> {
  const { order } = options;
  const { ids, span } = text instanceof Int32Array ? asStream(text, order) : asSentences(text, options);
  yield* checkTokens(ids, options.vocabulary);
  let positions: Int32Array = new Int32Array(0);
  let next: Int32Array = new Int32Array(ids.length);
  for (let column = order - 1; column >= 0; column--) {
    const sorting = sortColumn({ ids, span, column, positions, into: next, vocabulary: options.vocabulary });
    for (let step = sorting.next(); !step.done; step = sorting.next()) yield (order - 1 - column + step.value) / order;
    [positions, next] = [next, column === order - 1 ? new Int32Array(ids.length) : positions];
  }
  const shared = new Uint8Array(ids.length);
  for (let from = 1; from < ids.length; from += SLICE) {
    compare({ ids, span, positions, shared }, from, Math.min(ids.length, from + SLICE));
    yield 1;
  }
  return { ids, span, positions, shared };
}

function asStream(ids: Int32Array, order: number): { ids: Int32Array; span: Uint8Array } {
  const span = new Uint8Array(ids.length).fill(order);
  for (let i = Math.max(0, ids.length - order); i < ids.length; i++) span[i] = ids.length - i;
  return { ids, span };
}

function asSentences(
  sentences: readonly Int32Array[],
  { order, begin, end }: Markers,
): { ids: Int32Array; span: Uint8Array } {
  if (begin === undefined || end === undefined) throw new RangeError('Sentences need ids for <s> and </s>.');
  const length = sentences.reduce((sum, sentence) => sum + sentence.length + 2, 0);
  const ids = new Int32Array(length);
  const span = new Uint8Array(length);
  let at = 0;
  for (const sentence of sentences) {
    if (sentence.includes(begin) || sentence.includes(end)) {
      throw new RangeError('A sentence must not hold its markers.');
    }
    ids[at] = begin;
    ids.set(sentence, at + 1);
    ids[at + sentence.length + 1] = end;
    for (let rest = sentence.length + 2; rest > 0; rest--) span[at++] = Math.min(rest, order);
  }
  return { ids, span };
}

function* checkTokens(ids: Int32Array, vocabulary: number): Generator<number, void> {
  for (let from = 0; from < ids.length; from += SLICE) {
    const to = Math.min(ids.length, from + SLICE);
    for (let i = from; i < to; i++) {
      if (!(ids[i] >= 0 && ids[i] < vocabulary)) throw new RangeError(`Token ${ids[i]} is outside the vocabulary.`);
    }
    yield 0;
  }
}

interface Column {
  ids: Int32Array;
  span: Uint8Array;
  column: number;
  /** Sorted by later columns; empty for the text's own order. */
  positions: Int32Array;
  into: Int32Array;
  vocabulary: number;
}

/** One stable counting sort by the token `column` places on; where the n-gram is shorter it comes first. */
function* sortColumn(work: Column): Generator<number, void> {
  const { ids, span, column, vocabulary } = work;
  const starts = new Int32Array(vocabulary + 2);
  for (let from = 0; from < ids.length; from += SLICE) {
    const to = Math.min(ids.length, from + SLICE);
    for (let i = from; i < to; i++) starts[column < span[i] ? ids[i + column] + 2 : 1]++;
    yield 0;
  }
  for (let key = 1; key < starts.length; key++) starts[key] += starts[key - 1];
  for (let from = 0; from < ids.length; from += SLICE) {
    place(work, starts, from, Math.min(ids.length, from + SLICE));
    yield from / ids.length;
  }
}

function place({ ids, span, column, positions, into }: Column, starts: Int32Array, from: number, to: number): void {
  const isFirst = positions.length === 0;
  for (let i = from; i < to; i++) {
    const position = isFirst ? i : positions[i];
    into[starts[column < span[position] ? ids[position + column] + 1 : 0]++] = position;
  }
}

function compare({ ids, span, positions, shared }: SortedText, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const a = positions[i - 1];
    const b = positions[i];
    const most = Math.min(span[a], span[b]);
    let length = 0;
    while (length < most && ids[a + length] === ids[b + length]) length++;
    shared[i] = length;
  }
}
