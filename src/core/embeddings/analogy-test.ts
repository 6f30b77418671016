import { tensor2d } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import { productsWith } from './products';
import { MUL_EPSILON, unitOf, type AnalogyRule } from './queries';
import type { WordVectors } from './word-vectors';

/** Questions of one section: a is to b as c is to d, or to any of the words that follow. */
export interface AnalogySection {
  name: string;
  questions: [string, string, string, string, ...string[]][];
}

export interface AnalogyResult {
  name: string;
  /** Questions in the file, those with all three words and an answer among the candidates, and those answered rightly. */
  questions: number;
  asked: number;
  correct: number;
}

/** Scores that one product makes at once: 32 MB. */
const SCORES = 2 ** 23;

/**
 * Reads analogies: four words a line; a line ": name" begins a section, as in Google's file. A file without such lines,
 * as Microsoft's, is one section. Throws UserError.
 */
export function readAnalogies(lines: Iterable<string>, label: string): AnalogySection[] {
  const sections: AnalogySection[] = [];
  let line = 0;
  for (const text of lines) {
    line++;
    const words = text.trim().split(/\s+/);
    if (words[0] === '' || text.startsWith('#')) continue;
    if (words[0].startsWith(':')) {
      sections.push({ name: text.trim().slice(1).trim() || 'section', questions: [] });
      continue;
    }
    if (words.length !== 4)
      throw new UserError(`Line ${line} of ${label} is not four words: mend it or choose a file of analogies.`);
    if (sections.length === 0) sections.push({ name: 'all', questions: [] });
    sections[sections.length - 1].questions.push(words as [string, string, string, string]);
  }
  if (!sections.some(({ questions }) => questions.length > 0))
    throw new UserError(`${label} holds no analogies: choose a file with four words a line.`);
  return sections;
}

/** Whether a section of Google's file asks for meaning or for a form of the word (named gram…). */
export const isSyntactic = (section: string): boolean => section.startsWith('gram');

/**
 * Answers all questions whose words are among the first `candidates` words, as word2vec's compute-accuracy does: capitals
 * do not count, the three words of the question are no answers, all others among the candidates are. Yields after each
 * product. The scores are computed on the current TF.js backend.
 * @param rule see `analogy`
 */
export function* testAnalogies(
  vectors: WordVectors,
  sections: readonly AnalogySection[],
  { candidates, rule }: { candidates: number; rule: AnalogyRule },
): Generator<void, AnalogyResult[]> {
  const count = Math.min(candidates, vectors.words.length);
  const ids = new Map<string, number>();
  const folded = new Int32Array(count); // the most frequent word of the same letters
  for (let id = 0; id < count; id++) {
    const key = vectors.words[id].toLowerCase();
    if (!ids.has(key)) ids.set(key, id);
    folded[id] = ids.get(key)!;
  }
  const table = tensor2d(vectors.unit.subarray(0, count * vectors.size), [count, vectors.size]);
  const batch = Math.max(1, Math.floor(SCORES / count));
  const results: AnalogyResult[] = [];
  try {
    for (const { name, questions } of sections) {
      const known = questions.flatMap((words) => {
        const [a, b, c, ...answers] = words.map((word) => ids.get(word.toLowerCase()));
        const right = answers.filter((id) => id !== undefined);
        return a === undefined || b === undefined || c === undefined || right.length === 0 ? [] : [[a, b, c, ...right]];
      });
      let correct = 0;
      for (let from = 0; from < known.length; from += batch) {
        const some = known.slice(from, from + batch);
        const scores = rule === 'add' ? sums(vectors, table, some) : products(vectors, table, some);
        some.forEach((question, q) => {
          const found = answer(scores.subarray(q * count, (q + 1) * count), question, folded);
          if (question.includes(found, 3)) correct++;
        });
        yield;
      }
      results.push({ name, questions: questions.length, asked: known.length, correct });
    }
  } finally {
    table.dispose();
  }
  return results;
}

/** [questions, candidates]: cos(d,b) − cos(d,a) + cos(d,c). */
function sums(vectors: WordVectors, table: Tensor2D, questions: number[][]): Float32Array {
  return scoresOf(vectors, table, questions, ([a, b, c], to) => {
    const [ua, ub, uc] = [a, b, c].map((id) => unitOf(vectors, id));
    for (let k = 0; k < to.length; k++) to[k] = ub[k] - ua[k] + uc[k];
  });
}

function products(vectors: WordVectors, table: Tensor2D, questions: number[][]): Float32Array {
  const [sa, sb, sc] = [0, 1, 2].map((place) =>
    scoresOf(vectors, table, questions, (four, to) => to.set(unitOf(vectors, four[place]))),
  );
  for (let i = 0; i < sb.length; i++) sb[i] = ((sb[i] + 1) * (sc[i] + 1)) / 4 / ((sa[i] + 1) / 2 + MUL_EPSILON);
  return sb;
}

function scoresOf(
  { size }: WordVectors,
  table: Tensor2D,
  questions: number[][],
  fill: (four: number[], to: Float32Array) => void,
): Float32Array {
  const targets = new Float32Array(questions.length * size);
  questions.forEach((four, q) => fill(four, targets.subarray(q * size, (q + 1) * size)));
  return productsWith(targets, table);
}

function answer(scores: Float32Array, [a, b, c]: number[], folded: Int32Array): number {
  let best = -1;
  for (let id = 0; id < scores.length; id++) {
    if (best >= 0 && scores[id] <= scores[best]) continue;
    const key = folded[id];
    if (key !== a && key !== b && key !== c) best = id;
  }
  return best < 0 ? -1 : folded[best];
}
