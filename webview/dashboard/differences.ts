/** Keys that say what a recipe is called, not what it does. */
const silent = new Set(['name', 'description', '$schema']);

export interface Difference {
  /** Dotted path in the recipe: "model.hidden". */
  path: string;
  value: unknown;
}

/**
 * For each recipe the keys in which the recipes are not all alike, sorted by path. One recipe alone differs in nothing.
 * A key that a recipe lacks has the value undefined. Of models of different kinds, only the keys that all have are told.
 */
export function differingKeys(recipes: readonly object[]): Difference[][] {
  const flat = recipes.map((recipe) => flatten(recipe));
  const paths = [...new Set(flat.flatMap((one) => [...one.keys()]))].sort();
  const differing = paths.filter((path) => new Set(flat.map((one) => JSON.stringify(one.get(path)))).size > 1);
  const telling = differing.filter((path) => flat.every((one) => one.has(path)) || !followsFromKind(path, differing));
  return flat.map((one) => telling.map((path) => ({ path, value: one.get(path) })));
}

/** Whether a key is there or not because two parts are of different kinds: a network has layers, counts have none. */
function followsFromKind(path: string, differing: readonly string[]): boolean {
  return differing.includes(`${path.slice(0, path.lastIndexOf('.') + 1)}kind`);
}

function flatten(value: object, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  for (const [key, inner] of Object.entries(value)) {
    if (prefix === '' && silent.has(key)) continue;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) flatten(inner, `${prefix}${key}.`, into);
    else if (inner !== undefined) into.set(`${prefix}${key}`, inner);
  }
  return into;
}
