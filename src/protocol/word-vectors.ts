/** Where vectors come from. */
export type VectorSource = { run: string } | { file: string };

/** A question to word vectors. Words are looked up as they are, then in lower case. */
export type EmbeddingQuery =
  | { kind: 'facts' }
  | { kind: 'complete'; prefix: string; count: number }
  | { kind: 'neighbours'; word: string; count: number }
  | { kind: 'analogy'; words: [string, string, string]; rule: 'add' | 'mul'; count: number }
  | { kind: 'odd'; words: string[] }
  | { kind: 'compare'; words: [string, string]; count: number }
  | { kind: 'clusters'; words: number; clusters: number; seed: number }
  | { kind: 'map'; method: 'pca' | 'tsne' | 'umap'; words: number | string[]; seed: number }
  | { kind: 'ratios'; words: [string, string]; probes: string[] }
  /** Words of `among` (all words without it) that are alike, for finding in a file. */
  | { kind: 'similar'; word: string; among?: string[]; count: number };

export interface SimilarWord {
  word: string;
  /** Cosine in [-1, 1]; with the rule "mul" the product of 3CosMul. */
  similarity: number;
}
export interface MapPoint {
  word: string;
  x: number;
  y: number;
}
/** What co-occurs with two words: P(probe | first) / P(probe | second), and the counts behind it. */
export interface CoOccurrenceRatio {
  probe: string;
  counts: [number, number];
  probabilities: [number, number];
  ratio: number;
}
export type EmbeddingAnswer =
  | { kind: 'facts'; words: number; size: number; mostFrequent: string[]; unseen: boolean; ratios: boolean }
  | { kind: 'complete'; words: string[] }
  | { kind: 'neighbours' | 'odd' | 'similar'; words: SimilarWord[] }
  /** `plane`: the three words, the answer and a few others in the plane of the words involved; x, y in cosine units. */
  | { kind: 'analogy'; words: SimilarWord[]; plane: { points: MapPoint[]; target: { x: number; y: number } } }
  | {
      kind: 'compare';
      cosine: number;
      features: { feature: number; first: number; second: number; difference: number }[];
    }
  /** The most central words of each cluster, the largest cluster first. */
  | { kind: 'clusters'; clusters: { name: string; size: number; words: SimilarWord[] }[] }
  /** `explained`: share of the variance along each axis, for "pca". */
  | { kind: 'map'; points: MapPoint[]; explained?: [number, number] }
  | { kind: 'ratios'; ratios: CoOccurrenceRatio[]; totals: [number, number]; window: number };

export interface ContextsOptions {
  run: string;
  /** Lines, each a sentence. */
  texts: string[];
  /** The words, in any case. */
  words: string[];
  /** Layer of the model whose states are compared, 1 at least; the highest if left out. */
  layer?: number;
  /** Only the first so many occurrences; without it all are compared, and too many are refused. */
  most?: number;
  /** Whether the answer has maps. */
  maps?: boolean;
}

/** A plane through vectors of length 1, along the two directions in which they differ most. */
export interface VectorPlane {
  places: { x: number; y: number }[];
  /** Share of the variance along each axis. */
  explained: [number, number];
}

export interface ContextsResult {
  /** Where the word stands: line, and offsets in it in UTF-16 code units. */
  occurrences: { text: number; start: number; end: number }[];
  /** cosines[a][b] of what occurrences a and b are in their sentences. */
  cosines: number[][];
  /** The same of the vectors of their characters, which know no sentence. */
  alone: number[][];
  /** How many there are, with those that were left out. */
  all: number;
  /** Of both, where they were asked for. */
  maps?: { context: VectorPlane; alone: VectorPlane };
}

export interface TranslateOptions {
  source: VectorSource;
  target: VectorSource;
  /** File of two words a line, source first; without it, words that both have are taken for translations of themselves. */
  dictionary?: string;
  word: string;
  count: number;
}

export interface TranslateResult {
  /** The word as the source vectors have it. */
  word: string;
  /** By falling CSLS, in [-4, 4]. */
  words: SimilarWord[];
  /** Pairs of the dictionary that have vectors on both sides. */
  pairs: number;
}
