import { tensor2d } from '@tensorflow/tfjs-core';
import { UserError } from '../../errors';
import { productsWith } from '../products';
import { unitOf } from '../queries';
import { WordVectors } from '../word-vectors';
import { CrossLingual, type Retrieval } from './cross-lingual';
import type { Translation } from './dictionary';
import { orthogonalMap } from './procrustes';

export interface AlignOptions {
  /** Rounds in which words that choose each other become the dictionary; 0 keeps the given one alone. */
  refinements: number;
  /** Only the first so many words of both vocabularies take part in these rounds. */
  candidates: number;
}

/** What suits most pairs of languages. */
export const usualAlignment: Readonly<AlignOptions> = { refinements: 5, candidates: 5000 };

/**
 * Turns source vectors into the space of target vectors: the rotation that brings translations nearest (orthogonal
 * Procrustes; Xing et al., 2015, Artetxe et al., 2016), then again with the words that are each other's best translation
 * (Conneau et al., 2018), the given pairs included. All vectors have length 1. Yields the share that is done. Throws
 * UserError when the sizes differ or no pair has both its vectors.
 */
export function* align(
  source: WordVectors,
  target: WordVectors,
  dictionary: readonly Translation[],
  { refinements, candidates }: AlignOptions,
): Generator<number, { spaces: CrossLingual; pairs: number }> {
  if (source.size !== target.size) {
    throw new UserError(
      `The vectors have ${source.size} and ${target.size} numbers: learn both with the same number of dimensions.`,
    );
  }
  const given = idsOf(source, target, dictionary);
  if (given.length === 0) {
    throw new UserError(
      'No pair of the dictionary has vectors on both sides: check the order of the two languages, and capitals.',
    );
  }
  const rounds = refinements + 1;
  let spaces = yield* shares(CrossLingual.build(turned(source, target, given), target), 0, rounds);
  for (let round = 1; round < rounds; round++) {
    const found = spaces.mutual(candidates);
    let step = found.next();
    for (; !step.done; step = found.next()) yield round / rounds;
    const map = turned(source, target, [...given, ...step.value]);
    spaces = yield* shares(CrossLingual.build(map, target), round, rounds);
  }
  return { spaces, pairs: given.length };
}

/** Share of held-out source words one of whose translations is among the first k answers, for each k. */
export interface Precision {
  at1: number;
  at5: number;
  /** Source words that were asked. */
  words: number;
}

/** Asks for each word of a dictionary, those without vectors on both sides left out. Yields now and then. */
export function* precision(
  spaces: CrossLingual,
  dictionary: readonly Translation[],
  retrieval: Retrieval,
): Generator<void, Precision> {
  const right = new Map<number, Set<string>>();
  for (const [id, other] of idsOf(spaces.source, spaces.target, dictionary)) {
    const known = right.get(id) ?? new Set();
    right.set(id, known.add(spaces.target.words[other]));
  }
  const ids = [...right.keys()];
  const answers = yield* spaces.translate(ids, 5, retrieval);
  const share = (k: number) => {
    const hits = ids.filter((id, n) => answers[n].slice(0, k).some(({ word }) => right.get(id)?.has(word)));
    return ids.length > 0 ? hits.length / ids.length : 0;
  };
  return { at1: share(1), at5: share(5), words: ids.length };
}

function idsOf(source: WordVectors, target: WordVectors, pairs: readonly Translation[]): [number, number][] {
  return pairs.flatMap(([own, other]): [number, number][] => {
    const [from, to] = [source.idOf(own), target.idOf(other)];
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
}

/** All source vectors, with length 1, turned by the rotation that fits the pairs best. */
function turned(source: WordVectors, target: WordVectors, pairs: readonly [number, number][]): WordVectors {
  const { size } = source;
  const sum = new Float64Array(size * size);
  for (const [from, to] of pairs) {
    const [x, y] = [unitOf(source, from), unitOf(target, to)];
    for (let i = 0; i < size; i++) for (let k = 0; k < size; k++) sum[i * size + k] += y[i] * x[k];
  }
  const map = Float32Array.from(orthogonalMap(sum, size));
  const table = tensor2d(map, [size, size]);
  const values = productsWith(source.unit, table);
  table.dispose();
  return new WordVectors(source.words, size, values);
}

/** Passes a part's shares on as those of the whole. */
function* shares<T>(part: Generator<number, T>, done: number, all: number): Generator<number, T> {
  let step = part.next();
  for (; !step.done; step = part.next()) yield (done + step.value) / all;
  return step.value;
}
