import type { VectorSource } from '../../src/protocol/word-vectors';

/** What a person has asked and set; kept by VS Code while the panel exists. */
export const tabs = ['neighbours', 'analogy', 'compare', 'odd', 'clusters', 'map', 'ratios'] as const;
export type Tab = (typeof tabs)[number];
export const rules = ['add', 'mul'] as const;
export const methods = ['pca', 'tsne', 'umap'] as const;

export interface Settings {
  first?: VectorSource;
  /** Vectors that answer the same questions beside the first. */
  second?: VectorSource;
  tab: Tab;
  /** Tabs whose pictures are shown as a table. */
  tables: Tab[];
  neighbours: { word: string; count: number };
  analogy: { words: [string, string, string]; rule: (typeof rules)[number] };
  compare: { words: [string, string] };
  odd: { words: string };
  clusters: { words: number; clusters: number };
  map: { method: (typeof methods)[number]; words: number; seed: number };
  ratios: { words: [string, string]; probes: string };
}

export const limits = {
  count: [1, 100],
  clusterWords: [10, 20_000],
  clusters: [2, 200],
  mapWords: [4, 1_500],
  seed: [0, 0x7fffffff],
} as const satisfies Record<string, readonly [number, number]>;

/** Settings from whatever was kept; what is missing or wrong becomes the default. Never throws. */
export function readSettings(kept: unknown): Settings {
  const from = object(kept);
  const { neighbours, analogy, compare, odd, clusters, map, ratios } = {
    ...Object.fromEntries(tabs.map((tab) => [tab, object(from[tab])])),
  } as Record<Tab, Record<string, unknown>>;
  return {
    first: source(from.first),
    second: source(from.second),
    tab: oneOf(from.tab, tabs, 'neighbours'),
    tables: Array.isArray(from.tables) ? tabs.filter((tab) => (from.tables as unknown[]).includes(tab)) : [],
    neighbours: { word: text(neighbours.word), count: number(neighbours.count, limits.count, 15) },
    analogy: { words: words(analogy.words, 3) as [string, string, string], rule: oneOf(analogy.rule, rules, 'add') },
    compare: { words: words(compare.words, 2) as [string, string] },
    odd: { words: text(odd.words) },
    clusters: {
      words: number(clusters.words, limits.clusterWords, 1000),
      clusters: number(clusters.clusters, limits.clusters, 20),
    },
    map: {
      method: oneOf(map.method, methods, 'pca'),
      words: number(map.words, limits.mapWords, 300),
      seed: number(map.seed, limits.seed, 1),
    },
    ratios: {
      words: words(ratios.words, 2, ['ice', 'steam']) as [string, string],
      probes: text(ratios.probes, 'solid gas water fashion'),
    },
  };
}

/** Words of a list that a person has written, with blanks or commas between. */
export function wordsIn(list: string): string[] {
  return list.split(/[\s,;]+/u).filter(Boolean);
}

/** Whether both are the same vectors. */
export function sameSource(one: VectorSource | undefined, other: VectorSource | undefined): boolean {
  return keyOf(one) === keyOf(other);
}

/** A text that names the source, for lists of choices; empty without one. */
export function keyOf(given: VectorSource | undefined): string {
  if (!given) return '';
  return 'run' in given ? `run:${given.run}` : `file:${given.file}`;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value.slice(0, 1000) : otherwise;
}

function words(value: unknown, count: number, otherwise: string[] = []): string[] {
  const list = Array.isArray(value) ? value : otherwise;
  return Array.from({ length: count }, (_, i) => text(list[i]));
}

function number(value: unknown, [least, most]: readonly [number, number], otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : otherwise;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.includes(value as T) ? (value as T) : otherwise;
}

function source(value: unknown): VectorSource | undefined {
  const { run, file } = object(value);
  if (typeof run === 'string') return { run };
  return typeof file === 'string' ? { file } : undefined;
}
