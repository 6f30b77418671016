import type { Place } from './viewport';

/** Whether a place lies inside a closed line, by the even-odd rule. */
export function inside({ x, y }: Place, line: readonly Place[]): boolean {
  let within = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [a, b] = [line[i], line[j]];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}

/**
 * The next point in a direction (right, left, up or down in pixels, as a unit vector): the one that is nearest when going
 * astray counts twice. Undefined when there is none on that side.
 */
export function nextTowards(points: readonly Place[], from: number, direction: Place): number | undefined {
  let best: number | undefined;
  let least = Infinity;
  const start = points[from];
  points.forEach(({ x, y }, i) => {
    const [dx, dy] = [x - start.x, y - start.y];
    const along = dx * direction.x + dy * direction.y;
    const astray = Math.abs(dx * direction.y - dy * direction.x);
    if (i === from || along <= 0 || astray > 2 * along) return;
    const cost = along + 2 * astray;
    if (cost < least) [best, least] = [i, cost];
  });
  return best;
}

/** The point nearest to a place, no farther than `reach`. */
export function nearestTo(points: readonly Place[], { x, y }: Place, reach: number): number | undefined {
  let best: number | undefined;
  let least = reach;
  points.forEach((point, i) => {
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance <= least) [best, least] = [i, distance];
  });
  return best;
}
