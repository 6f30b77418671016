import { Slices } from '../text/formats/format';
import { isInPlace, type Anchor } from './anchor';

/** Places nearest to where a stretch was that are compared. */
const COMPARED = 2000;
/** Share of its surroundings that a place must have. */
const LEAST_CONTEXT = 0.25;
/** Length from which on a stretch that stands nowhere else needs no surroundings. */
const DISTINCT = 3;

/** A place where the text of an anchor stands. */
interface Place {
  start: number;
  /** Share of the surroundings that is the same, 0 to 1. */
  context: number;
}

/**
 * Anchors in a text that may have changed meanwhile: each is where its own text stands among the surroundings most like
 * its own, of equal ones the nearest to where it was. One without a place that is like it is lost and keeps its offsets.
 * Offsets in order; a lost one that stands there again is found.
 *
 * @param text normalised (see TextNormaliser)
 * @param exclusive whether two may not share a code unit
 */
export function* findAgain<T extends Anchor>(
  text: string,
  anchors: readonly T[],
  exclusive: boolean,
): Generator<void, T[]> {
  const slices = new Slices();
  const known = new Map<string, number[]>();
  const found: T[] = [];
  let shift = 0;
  let free = 0;
  for (const anchor of anchors.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const expected = anchor.start + shift;
    let start: number | undefined = expected;
    if (expected < free || !isInPlace(text, { ...anchor, start: expected })) {
      let starts = known.get(anchor.text);
      if (!starts) {
        known.set(anchor.text, (starts = startsOf(text, anchor.text)));
        if (slices.due(text.length)) yield;
      }
      start = bestPlace(text, anchor, starts, expected, free)?.start;
    }
    if (start === undefined) {
      found.push({ ...anchor, lost: true });
      continue;
    }
    const end = start + anchor.text.length;
    const again: T = { ...anchor, start, end };
    delete again.lost;
    found.push(again);
    shift = start - anchor.start;
    if (exclusive) free = end;
  }
  return found;
}

function startsOf(text: string, wanted: string): number[] {
  const starts: number[] = [];
  if (wanted === '') return starts;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) starts.push(at);
  return starts;
}

/** @param free offset from which on nothing is taken */
function bestPlace(
  text: string,
  anchor: Anchor,
  starts: readonly number[],
  expected: number,
  free: number,
): Place | undefined {
  let best: Place | undefined;
  for (const start of nearest(starts, expected)) {
    if (start < free) continue;
    const context = sameContext(text, start, anchor);
    // Places come by growing distance: of equal ones the first is the nearest.
    if (!best || context > best.context) best = { start, context };
    if (context === 1) break;
  }
  if (!best) return undefined;
  const distinct = starts.length === 1 && anchor.text.length >= DISTINCT;
  return best.context >= LEAST_CONTEXT || distinct ? best : undefined;
}

/** Sorted numbers by growing distance from one, the first of them. */
function* nearest(sorted: readonly number[], from: number): Generator<number> {
  let high = sorted.findIndex((at) => at >= from);
  if (high < 0) high = sorted.length;
  let low = high - 1;
  for (let left = COMPARED; left > 0 && (low >= 0 || high < sorted.length); left--) {
    const up = high < sorted.length && (low < 0 || sorted[high] - from <= from - sorted[low]);
    yield sorted[up ? high++ : low--];
  }
}

function sameContext(text: string, start: number, { text: own, before, after }: Anchor): number {
  const end = start + own.length;
  let same = 0;
  while (same < before.length && text[start - 1 - same] === before[before.length - 1 - same]) same++;
  let behind = 0;
  while (behind < after.length && text[end + behind] === after[behind]) behind++;
  const all = before.length + after.length;
  return all === 0 ? Number(own.length === text.length) : (same + behind) / all;
}
