import { dot, requireWord, unitOf } from './queries';
import type { WordVectors } from './word-vectors';

/** A word in a plane; its vector has length 1 before it is projected. */
export interface PlanePoint {
  word: string;
  x: number;
  y: number;
}

/**
 * An analogy a : b :: c : ? in its own plane, the one through the three words: a lies at (0, 0), b on the x axis, and c
 * above it. In it the parallelogram a, b, b − a + c, c is drawn as it is; other words are projected onto it. Where the
 * three lie on one line, y shows what of the first other word points elsewhere. Throws UserError for an unknown word.
 * @param others words that are drawn besides, such as the answers
 */
export function analogyPlane(
  vectors: WordVectors,
  [a, b, c]: readonly [string, string, string],
  others: readonly string[],
): { points: PlanePoint[]; target: { x: number; y: number } } {
  const words = [...new Set([a, b, c, ...others])];
  const origin = unitOf(vectors, requireWord(vectors, a));
  const away = new Map(words.map((word) => [word, difference(unitOf(vectors, requireWord(vectors, word)), origin)]));
  const [x, y] = axes([b, c, ...others].map((word) => away.get(word) as Float32Array));
  const place = (vector: Float32Array) => ({ x: dot(vector, x), y: dot(vector, y) });
  const points = words.map((word) => ({ word, ...place(away.get(word) as Float32Array) }));
  const [atB, atC] = [b, c].map((word) => place(away.get(word) as Float32Array));
  return { points, target: { x: atB.x + atC.x, y: atB.y + atC.y } };
}

/** Two orthonormal directions: those of the first vectors that have any of their own (Gram and Schmidt). */
function axes(candidates: readonly Float32Array[]): [Float32Array, Float32Array] {
  const found: Float32Array[] = [];
  for (const candidate of candidates) {
    const rest = candidate.slice();
    for (const axis of found) {
      const share = dot(candidate, axis);
      for (let k = 0; k < rest.length; k++) rest[k] -= share * axis[k];
    }
    const length = Math.hypot(...rest);
    if (length > 1e-4) found.push(rest.map((value) => value / length));
    if (found.length === 2) break;
  }
  const none = new Float32Array(candidates[0].length);
  return [found[0] ?? none, found[1] ?? none];
}

function difference(one: Float32Array, other: Float32Array): Float32Array {
  return one.map((value, k) => value - other[k]);
}
