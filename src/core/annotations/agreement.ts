import { UserError } from '../errors';
import { chunksOf, isChunkTag } from '../text/chunks';
import { tagText } from '../text/tagged/spans';
import type { TaggedText } from '../text/tagged/tagged-text';
import { taggingFigures } from '../training/tagging-metrics';
import { annotatedLines, plainTag } from './annotated-lines';
import type { Sidecar } from './sidecar';

/** Two readings of the same sentences. */
export interface TwoReadings {
  /** Tags of each sentence. */
  first: string[][];
  second: string[][];
}

export interface LabelAgreement {
  label: string;
  /** Cohen's kappa of "has this label" over tokens. */
  kappa: number;
  /** Of entities with the same first and last token; of tokens where tags are no chunks. */
  f1: number;
  /** Entities (or tokens) of the label in each reading, and those in both. */
  first: number;
  second: number;
  both: number;
}

export interface Agreement {
  tokens: number;
  /** Share of tokens with the same label, and the share that chance would give. */
  observed: number;
  expected: number;
  /** (observed − expected) / (1 − expected); 1 where both give every token the same one label. */
  kappa: number;
  /** Over entities of all labels; undefined where tags are no chunks. */
  f1?: number;
  /** By name; without O. */
  labels: LabelAgreement[];
}

/**
 * How far two readings agree: Cohen's kappa (Cohen, 1960) over the labels of tokens, where a token outside of all entities
 * has the label O and B and I count the same; and F1 of entities with the same tokens and label.
 *
 * @param first tags of each sentence
 * @param second as many sentences with as many tags each
 */
export function agreementOf({ first, second }: TwoReadings): Agreement {
  const [one, two] = [first, second].map((sentences) => sentences.flatMap((tags) => tags.map(labelOf)));
  const figures = taggingFigures(first, second);
  const whole = kappaOf(one, two);
  const names = [...new Set([...one, ...two])].filter((label) => label !== 'O').sort();
  return {
    ...{ tokens: one.length, ...whole, f1: figures.entities?.f1 },
    labels: names.map((label) => {
      const has = (labels: string[]): string[] => labels.map((own) => String(own === label));
      const [a, b] = [first, second].map((sentences) => unitsOf(sentences, label));
      const both = a.filter((unit) => new Set(b).has(unit)).length;
      const { kappa } = kappaOf(has(one), has(two));
      return { label, kappa, f1: a.length + b.length > 0 ? (2 * both) / (a.length + b.length) : 0, first: a.length, second: b.length, both }; // prettier-ignore
    }),
  };
}

/**
 * The lines of a text that both have read, with the same tokens for both: a token ends where a span of either does.
 * Throws UserError when there is none.
 */
export function readBoth(text: string, first: Sidecar, second: Sidecar): TwoReadings & { onlyOne: number } {
  const [one, two] = [first, second].map((sidecar) => annotatedLines(text, sidecar));
  const readings: TwoReadings = { first: [], second: [] };
  let onlyOne = 0;
  const ofTokens = first.scheme === 'tokens' && second.scheme === 'tokens';
  one.forEach((line, k) => {
    const other = two[k];
    if (line.reviewed !== other.reviewed) onlyOne++;
    if (!line.reviewed || !other.reviewed) return;
    const borders = [...line.spans, ...other.spans].flatMap(({ start, end }) => [start, end]);
    const tags = (spans: typeof line.spans): string[][] =>
      tagText(line.text, spans, refuse, borders).map((sentence) => (ofTokens ? sentence.tags.map(plainTag) : sentence.tags)); // prettier-ignore
    readings.first.push(...tags(line.spans));
    readings.second.push(...tags(other.spans));
  });
  if (readings.first.length > 0) return { ...readings, onlyOne };
  throw new UserError('No line was read in both files: annotate the same lines in both.');
}

/** Two files of tagged sentences. Throws UserError where their tokens differ. */
export function sameSentences(first: TaggedText[], second: TaggedText[], names: [string, string]): TwoReadings {
  const count = Math.max(first.length, second.length);
  for (let k = 0; k < count; k++) {
    const [one, two] = [first[k]?.tokens ?? [], second[k]?.tokens ?? []];
    const at = one.findIndex((token, i) => token !== two[i]);
    if (at < 0 && one.length === two.length) continue;
    const place = at < 0 ? one.length : at;
    throw new UserError(
      `Sentence ${k + 1} differs at token ${place + 1}: ${JSON.stringify(one[place] ?? '')} in ${names[0]}, ${JSON.stringify(two[place] ?? '')} in ${names[1]}; both files need the same tokens in the same order.`,
    );
  }
  return { first: first.map(({ tags }) => tags), second: second.map(({ tags }) => tags) };
}

function kappaOf(
  one: readonly string[],
  two: readonly string[],
): { observed: number; expected: number; kappa: number } {
  const total = Math.max(1, one.length);
  const counts = new Map<string, [number, number]>();
  let same = 0;
  one.forEach((label, i) => {
    if (label === two[i]) same++;
    for (const [k, own] of [label, two[i]].entries()) {
      const pair = counts.get(own) ?? [0, 0];
      pair[k]++;
      counts.set(own, pair);
    }
  });
  const observed = same / total;
  const expected = [...counts.values()].reduce((sum, [a, b]) => sum + (a / total) * (b / total), 0);
  return { observed, expected, kappa: expected < 1 ? (observed - expected) / (1 - expected) : 1 };
}

/** Entities of a label, or tokens where tags are no chunks, each by its place. */
function unitsOf(sentences: readonly string[][], label: string): string[] {
  return sentences.flatMap((tags, s) => {
    if (!tags.every(isChunkTag)) return tags.flatMap((tag, at) => (tag === label ? [`${s} ${at}`] : []));
    return chunksOf(tags).flatMap(({ type, from, to }) => (type === label ? [`${s} ${from} ${to}`] : []));
  });
}

function labelOf(tag: string): string {
  if (!isChunkTag(tag) || tag === 'O') return tag;
  return tag.slice(2);
}

function refuse(problem: string): never {
  throw new Error(`Annotations that were checked cannot be read: ${problem}.`);
}
