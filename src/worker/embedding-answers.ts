import { clusterWords } from '../core/embeddings/clusters';
import { mapOf } from '../core/embeddings/map/map-of';
import { analogyPlane } from '../core/embeddings/plane';
import {
  analogy,
  compareWords,
  completions,
  knownForm,
  neighbours,
  oddOneOut,
  requireWord,
  similarAmong,
} from '../core/embeddings/queries';
import type { WordVectors } from '../core/embeddings/word-vectors';
import { Cancelled, UserError } from '../core/errors';
import type { EmbeddingAnswer, EmbeddingQuery, VectorSource } from '../protocol/word-vectors';
import { finished } from './pacing';
import { ratiosInRun } from './run-ratios';
import { VectorStore } from './vector-store';

/** Words that "facts" names, and central words of a cluster that are told. */
const NAMED = 20;
const CENTRAL = 30;
/** Central words in a cluster's name. */
const NAME = 3;

type Query<K extends EmbeddingQuery['kind']> = Extract<EmbeddingQuery, { kind: K }>;

/** Answers questions to word vectors, which stay in memory between them. */
export class EmbeddingAnswers {
  constructor(private readonly store = new VectorStore()) {}

  /**
   * Throws UserError when vectors or words are missing, and Cancelled.
   * @param onProgress hears the share that is done, 0 to 1, of answers that take seconds
   */
  async answer(
    source: VectorSource,
    query: EmbeddingQuery,
    signal: AbortSignal,
    onProgress?: (share: number) => void,
  ): Promise<EmbeddingAnswer> {
    const vectors = await this.store.get(source);
    if (signal.aborted) throw new Cancelled();
    switch (query.kind) {
      case 'facts':
        return factsOf(vectors, 'run' in source);
      case 'complete':
        return { kind: 'complete', words: completions(vectors, query.prefix, query.count) };
      case 'neighbours':
        return { kind: 'neighbours', words: neighbours(vectors, knownForm(vectors, query.word), query.count) };
      case 'analogy':
        return analogyOf(vectors, query);
      case 'odd':
        return {
          kind: 'odd',
          words: oddOneOut(
            vectors,
            query.words.map((word) => knownForm(vectors, word)),
          ),
        };
      case 'compare':
        return comparisonOf(vectors, query);
      case 'clusters':
        return clustersOf(vectors, query, signal, onProgress);
      case 'similar':
        return similarOf(vectors, query);
      case 'map':
        return placesOf(vectors, query, signal, onProgress);
      case 'ratios':
        return ratiosOf(source, vectors, query, signal, onProgress);
    }
  }
}

function factsOf({ words, size, subwords }: WordVectors, ratios: boolean): EmbeddingAnswer {
  return {
    ...{ kind: 'facts', words: words.length, size, mostFrequent: words.slice(0, NAMED) },
    ...{ unseen: subwords !== undefined, ratios },
  };
}

function analogyOf(vectors: WordVectors, { words, rule, count }: Query<'analogy'>): EmbeddingAnswer {
  const asked = words.map((word) => knownForm(vectors, word)) as [string, string, string];
  const found = analogy(vectors, asked, rule, count);
  const plane = analogyPlane(
    vectors,
    asked,
    found.map(({ word }) => word),
  );
  return { kind: 'analogy', words: found, plane };
}

function comparisonOf(vectors: WordVectors, { words: [first, second], count }: Query<'compare'>): EmbeddingAnswer {
  const { cosine, features } = compareWords(vectors, knownForm(vectors, first), knownForm(vectors, second));
  return { kind: 'compare', cosine, features: features.slice(0, count) };
}

async function clustersOf(
  vectors: WordVectors,
  { words: count, clusters, seed }: Query<'clusters'>,
  signal: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<EmbeddingAnswer> {
  const found = await finished(clusterWords(vectors, { clusters, count, seed }, onProgress), signal);
  return {
    kind: 'clusters',
    clusters: found.map(({ words, closeness }) => ({
      name: words.slice(0, NAME).join(', '),
      size: words.length,
      words: words.slice(0, CENTRAL).map((word, k) => ({ word, similarity: closeness[k] })),
    })),
  };
}

async function placesOf(
  vectors: WordVectors,
  { method, words, seed }: Query<'map'>,
  signal: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<EmbeddingAnswer> {
  const ids =
    typeof words === 'number'
      ? Array.from({ length: Math.min(words, vectors.words.length) }, (_, id) => id)
      : [...new Set(words.map((word) => requireWord(vectors, knownForm(vectors, word))))];
  return { kind: 'map', ...(await finished(mapOf(vectors, ids, method, seed, onProgress), signal)) };
}

/** Counted in the run's own text. */
async function ratiosOf(
  source: VectorSource,
  vectors: WordVectors,
  { words: [first, second], probes }: Query<'ratios'>,
  signal: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<EmbeddingAnswer> {
  if (!('run' in source))
    throw new UserError('A file of vectors does not hold the text that they come from: choose a run.');
  const find = (word: string) => knownForm(vectors, word);
  const answer = await ratiosInRun(source.run, [find(first), find(second)], probes.map(find), signal, onProgress);
  return { kind: 'ratios', ...answer };
}

function similarOf(vectors: WordVectors, { word, among, count }: Query<'similar'>): EmbeddingAnswer {
  const known = knownForm(vectors, word);
  const words = among ? similarAmong(vectors, known, among, count) : neighbours(vectors, known, count);
  return { kind: 'similar', words };
}
