import { lowerBound } from './column';

export interface Point {
  x: number;
  y: number;
}

/**
 * Points to draw of a line with rising `xs` between `from` and `to`: all of them when they are few, else the lowest and the
 * highest of each bucket, so that no spike is lost. One point beyond each end is kept, so that the line leaves the
 * picture where it should. Bucket borders are multiples of a power of two: they stay where they are while a run grows,
 * and the line does not shimmer. Values that are not finite, or for `positive` not above 0, are left out.
 */
export function decimate(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  options: { from: number; to: number; buckets: number; positive?: boolean },
): Point[] {
  const first = Math.max(0, lowerBound(xs, options.from) - 1);
  let end = lowerBound(xs, options.to);
  while (end < xs.length && xs[end] === options.to) end++;
  end = Math.min(xs.length, end + 1);
  const drawable = (y: number) => Number.isFinite(y) && (!options.positive || y > 0);
  const points: Point[] = [];
  if (end - first <= options.buckets * 2) {
    for (let i = first; i < end; i++) if (drawable(ys[i])) points.push({ x: xs[i], y: ys[i] });
    return points;
  }
  const span = xs[end - 1] - xs[first];
  const width = 2 ** Math.ceil(Math.log2(span / options.buckets || 1));
  const add = (index: number) => points.push({ x: xs[index], y: ys[index] });
  let i = first;
  while (i < end) {
    const bucket = Math.floor(xs[i] / width);
    let low = -1;
    let high = -1;
    for (; i < end && Math.floor(xs[i] / width) === bucket; i++) {
      if (!drawable(ys[i])) continue;
      if (low < 0 || ys[i] < ys[low]) low = i;
      if (high < 0 || ys[i] > ys[high]) high = i;
    }
    if (low < 0) continue;
    const [one, two] = low < high ? [low, high] : [high, low];
    // A line begins and ends where its data do.
    if (points.length === 0 && one !== first && drawable(ys[first])) add(first);
    add(one);
    if (two !== one) add(two);
    if (i === end && two !== end - 1 && drawable(ys[end - 1])) add(end - 1);
  }
  return points;
}
