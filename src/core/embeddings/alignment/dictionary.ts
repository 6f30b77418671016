import { UserError } from '../../errors';
import { Random } from '../../random';
import type { WordVectors } from '../word-vectors';

/** A word and its translation. */
export type Translation = readonly [source: string, target: string];

/** Lines between two yields. */
const SLICE = 500;
const WORDS = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu;

/** Two words a line, apart by a tab or blanks. Throws UserError with the line that is not so. */
export function readDictionary(lines: readonly string[], label: string): Translation[] {
  const pairs = lines.flatMap((line, at): Translation[] => {
    if (line.trim() === '') return [];
    const cells = line.trim().split(line.includes('\t') ? /\s*\t\s*/ : /\s+/);
    if (cells.length >= 2) return [[cells[0], cells[1]]];
    throw new UserError(`Line ${at + 1} of ${label} has no translation: write two words a line, apart by a tab.`);
  });
  if (pairs.length === 0) throw new UserError(`${label} has no words: write two words a line, apart by a tab.`);
  return pairs;
}

/** Words that both have, each as its own translation: names, numbers, loans. */
export function identicalWords(source: WordVectors, target: WordVectors): Translation[] {
  return source.words.flatMap((word): Translation[] => (target.idOf(word) === undefined ? [] : [[word, word]]));
}

export interface DiceOptions {
  /** Pairs of sentences that each word must stand in. */
  minCount: number;
  /** Smallest coefficient, 0 to 1. */
  least: number;
}

/**
 * A dictionary out of pairs of sentences: for each source word the target word with the largest Dice coefficient
 * 2·n(s, t) / (n(s) + n(t)), n being numbers of pairs of sentences (Dice, 1945; Smadja et al., 1996). Words are letters and
 * digits in lower case. Yields now and then. Throws UserError when no pair of words is left.
 */
export function* diceDictionary(
  sentences: readonly Translation[],
  { minCount, least }: DiceOptions,
): Generator<void, { pair: Translation; dice: number }[]> {
  const [sources, targets] = [new SentenceCounter(), new SentenceCounter()];
  for (const [n, [source, target]] of sentences.entries()) {
    sources.push(source);
    targets.push(target);
    if (n % SLICE === SLICE - 1) yield;
  }
  const together = new Map<number, number>();
  const width = targets.words.length;
  for (const [n, own] of sources.sentences.entries()) {
    const others = targets.sentences[n].filter((id) => targets.counts[id] >= minCount);
    for (const id of own) {
      if (sources.counts[id] < minCount) continue;
      for (const other of others) together.set(id * width + other, (together.get(id * width + other) ?? 0) + 1);
    }
    if (n % SLICE === SLICE - 1) yield;
  }
  const best = new Map<number, { target: number; dice: number }>();
  for (const [key, count] of together) {
    const [source, target] = [Math.floor(key / width), key % width];
    const dice = (2 * count) / (sources.counts[source] + targets.counts[target]);
    if (dice >= least && dice > (best.get(source)?.dice ?? 0)) best.set(source, { target, dice });
  }
  yield;
  if (best.size === 0) {
    throw new UserError(
      `No two words stand together often enough (at least ${minCount} times, Dice ${least}): give more pairs of sentences, or lower --min-count or --least.`,
    );
  }
  return [...best]
    .map(([source, { target, dice }]) => ({ pair: [sources.words[source], targets.words[target]] as const, dice }))
    .sort((a, b) => b.dice - a.dice);
}

/** Distinct words of each sentence, and in how many each stands. */
class SentenceCounter {
  readonly words: string[] = [];
  readonly counts: number[] = [];
  readonly sentences: number[][] = [];
  private readonly ids = new Map<string, number>();

  push(sentence: string): void {
    const distinct = new Set(sentence.toLowerCase().match(WORDS));
    this.sentences.push(Array.from(distinct, (word) => this.count(word)));
  }

  private count(word: string): number {
    const id = this.ids.get(word) ?? this.words.push(word) - 1;
    this.ids.set(word, id);
    this.counts[id] = (this.counts[id] ?? 0) + 1;
    return id;
  }
}

/** Cuts a dictionary in two by source words, so that no held-out word was learned from. @param share of the words, 0 to 1 */
export function holdOut(
  pairs: readonly Translation[],
  share: number,
  seed: number,
): { learned: Translation[]; held: Translation[] } {
  const words = [...new Set(pairs.map(([source]) => source))];
  const random = new Random(seed);
  for (let i = words.length - 1; i > 0; i--) {
    const k = random.integer(i + 1);
    [words[i], words[k]] = [words[k], words[i]];
  }
  const held = new Set(words.slice(0, Math.round(share * words.length)));
  return {
    learned: pairs.filter(([source]) => !held.has(source)),
    held: pairs.filter(([source]) => held.has(source)),
  };
}
