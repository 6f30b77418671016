import type { Recipe } from './schema';

export interface RecipeDifference {
  path: string;
  a: unknown;
  b: unknown;
}

/** Keys that say nothing about the experiment. */
const LABELS = new Set(['$schema', 'name', 'description']);

/**
 * The keys whose values differ, in the order of the recipe; a key that one of the two lacks is undefined there. Names
 * and descriptions do not count.
 */
export function recipeDifferences(a: Recipe, b: Recipe): RecipeDifference[] {
  const left = leaves(a, '');
  const right = leaves(b, '');
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths]
    .filter((path) => !LABELS.has(path) && left.get(path) !== right.get(path))
    .map((path) => ({ path, a: left.get(path), b: right.get(path) }));
}

function leaves(value: object, prefix: string): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null) {
      for (const [path, leaf] of leaves(inner, `${prefix}${name}.`)) found.set(path, leaf);
    } else if (inner !== undefined) {
      found.set(prefix + name, inner);
    }
  }
  return found;
}
