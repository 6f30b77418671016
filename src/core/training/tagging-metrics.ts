import { chunksOf, isChunkTag, type Chunk } from '../text/chunks';
import type { ClassFigures, Evaluation } from './learner';
import { classificationFigures } from './metrics';

/** Figures of tagged sentences, fractions; 0 where nothing was there to divide by. */
export interface TaggingFigures {
  /** Tokens that were measured. */
  tokens: number;
  /** Share of tokens whose whole tag is right. */
  accuracy: number;
  /** Of all entities together (micro); undefined where tags are no entities. */
  entities?: EntityFigures;
  /** A type of entity each, or a tag each where tags are no entities; by name. */
  classes: ClassFigures[];
  /** confusion[actual][predicted] tokens, in the order of `tags`. */
  confusion: number[][];
  /** All tags that occur, by name. */
  tags: string[];
}

export interface EntityFigures {
  precision: number;
  recall: number;
  f1: number;
  /** Entities in the gold standard, entities predicted, and those in both with the same bounds and type. */
  gold: number;
  predicted: number;
  correct: number;
}

interface Counts {
  gold: number;
  predicted: number;
  correct: number;
}

/**
 * Compares the tags of sentences. Entities are read as `conlleval` reads them (see `chunksOf`), and one counts as right
 * when its first and last token and its type are. They are left out when a tag is
 * no chunk's (see `isChunkTag`).
 *
 * @param gold tags of each sentence
 * @param predicted as many sentences with as many tags each; else RangeError is thrown
 */
export function taggingFigures(gold: readonly string[][], predicted: readonly string[][]): TaggingFigures {
  if (gold.length !== predicted.length)
    throw new RangeError(`${gold.length} sentences are not ${predicted.length} sentences.`);
  gold.forEach(({ length }, s) => {
    if (length !== predicted[s].length) throw new RangeError(`Sentence ${s} has ${length} tags in one list only.`);
  });
  const [actual, said] = [gold.flat(), predicted.flat()];
  const tags = [...new Set([...actual, ...said])].sort(byName);
  const ids = new Map(tags.map((tag, id) => [tag, id]));
  const places = (list: string[]) => Int32Array.from(list, (tag) => ids.get(tag) as number);
  const { accuracy, classes, confusion } = classificationFigures(places(actual), places(said), tags);
  const common = { tokens: actual.length, accuracy, confusion, tags };
  if (!tags.every(isChunkTag)) return { ...common, classes };
  const types = countEntities(gold, predicted);
  const all = { gold: 0, predicted: 0, correct: 0 };
  for (const counts of types.values()) for (const key of keys) all[key] += counts[key];
  const byType = [...types].sort(([a], [b]) => byName(a, b));
  return {
    ...common,
    entities: { ...all, ...ratios(all) },
    classes: byType.map(([label, counts]) => ({ label, ...ratios(counts), count: counts.gold })),
  };
}

/** More classes than this have no confusion matrix: an event would be too long. */
const MOST_CONFUSED = 40;

/**
 * The figures as an evaluation has them. Where tags are chunks, F1, precision and recall are those of all entities, and the
 * confusion is of tokens by type, with a last row and column for no entity; otherwise F1 is the mean of the tags' F1.
 */
export function taggingMeasures(figures: TaggingFigures): Omit<Evaluation, 'loss'> {
  const { tokens, accuracy, classes, entities } = figures;
  const confusion = classes.length <= MOST_CONFUSED ? { confusion: confusionOf(figures) } : {};
  if (entities) {
    const { precision, recall, f1 } = entities;
    return { tokens, accuracy, classes, precision, recall, f1, ...confusion };
  }
  const f1 = classes.reduce((sum, each) => sum + each.f1, 0) / Math.max(1, classes.length);
  return { tokens, accuracy, classes, f1, ...confusion };
}

function confusionOf({ classes, confusion, entities, tags }: TaggingFigures): number[][] {
  if (!entities) return confusion;
  const places = new Map(classes.map(({ label }, k) => [label, k]));
  const none = classes.length;
  const placeOf = (tag: string): number => (tag === 'O' ? none : (places.get(tag.slice(2)) ?? none));
  const size = none + 1;
  const joined = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  confusion.forEach((row, actual) => {
    row.forEach((count, said) => (joined[placeOf(tags[actual])][placeOf(tags[said])] += count));
  });
  return joined;
}

const keys = ['gold', 'predicted', 'correct'] as const;

function countEntities(gold: readonly string[][], predicted: readonly string[][]): Map<string, Counts> {
  const types = new Map<string, Counts>();
  const add = (type: string, key: keyof Counts): void => {
    const counts = types.get(type) ?? { gold: 0, predicted: 0, correct: 0 };
    counts[key]++;
    types.set(type, counts);
  };
  gold.forEach((tags, s) => {
    const actual = chunksOf(tags);
    const known = new Set(actual.map(nameOf));
    for (const { type } of actual) add(type, 'gold');
    for (const chunk of chunksOf(predicted[s])) {
      add(chunk.type, 'predicted');
      if (known.has(nameOf(chunk))) add(chunk.type, 'correct');
    }
  });
  return types;
}

function nameOf({ type, from, to }: Chunk): string {
  return `${from} ${to} ${type}`;
}

function ratios({ gold, predicted, correct }: Counts): Pick<EntityFigures, 'precision' | 'recall' | 'f1'> {
  const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
  return {
    precision: ratio(correct, predicted),
    recall: ratio(correct, gold),
    f1: ratio(2 * correct, gold + predicted),
  };
}

function byName(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
