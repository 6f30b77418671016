import type { NextTokenModel, ScoreReader } from './next-token-model';

export interface BeamOptions {
  /** Continuations that are kept at each step, 1 or more; 1 is the greedy choice. */
  beam: number;
  /** Tokens of a continuation at most. */
  length: number;
  /** α: a continuation is worth its log-probability / length^α. 0 prefers short ones, 1 takes the mean of a token. */
  lengthPower: number;
  /** Ids that end a continuation, such as <eos>; they count in its probability and are not among its ids. */
  ends?: number[];
  /** Ids that are never taken, such as <unk>. */
  forbidden?: number[];
  /** Says that a continuation is complete although it has no end token: a stop text was written. */
  isComplete?: (ids: readonly number[]) => boolean;
}

export interface Continuation {
  ids: number[];
  /** Sum over its tokens, an end token included, natural logarithm. */
  logProbability: number;
  /** logProbability / length^α, what the search maximises. */
  score: number;
}

interface Hypothesis extends Continuation {
  /** Row of the reader that has read it. */
  row: number;
}

/** Tokens of a prompt that are read in one go. */
const PROMPT_CHUNK = 256;

/**
 * Beam search with length normalisation (Graves 2012; Wu et al. 2016 without the constant): the `beam` best
 * continuations of a prompt, the best first. It yields after each step, so that a host can look at its flags, the share
 * of the longest length that is done. With a beam as wide as there are continuations the search is exhaustive.
 *
 * The search ends early when no unfinished continuation can come to be worth more than the `beam` finished ones.
 */
export function* beamSearch(
  model: NextTokenModel,
  promptIds: Int32Array,
  options: BeamOptions,
): Generator<number, Continuation[]> {
  const { beam, length } = options;
  const search = new Search(model, promptIds, options);
  try {
    let scores = search.readPrompt();
    let alive: Hypothesis[] = [{ ids: [], logProbability: 0, score: 0, row: 0 }];
    let finished: Continuation[] = [];
    for (let step = 1; step <= length && alive.length > 0; step++) {
      const next = search.expand(alive, scores);
      alive = next.filter((each) => !each.complete && step < length).map(({ hypothesis }) => hypothesis);
      finished.push(...next.filter((each) => each.complete || step === length).map(({ hypothesis }) => hypothesis));
      finished = finished.sort(better).slice(0, beam);
      if (finished.length === beam && alive.every((each) => search.bound(each) <= finished[beam - 1].score)) break;
      if (alive.length > 0) scores = search.readOn(alive);
      yield step / length;
    }
    return finished.map(({ ids, logProbability, score }) => ({ ids, logProbability, score }));
  } finally {
    search.dispose();
  }
}

interface Candidate {
  parent: Hypothesis;
  token: number;
  logProbability: number;
}

/** The model's side of a search: who has read what, and what may come next. */
class Search {
  private reader: ScoreReader;
  private readonly ends: Set<number>;
  private readonly forbidden: Set<number>;

  constructor(
    private readonly model: NextTokenModel,
    private readonly prompt: Int32Array,
    private readonly options: BeamOptions,
  ) {
    this.reader = model.reader(1);
    this.ends = new Set(options.ends);
    this.forbidden = new Set(options.forbidden);
  }

  /** Scores [V] of the first token. */
  readPrompt(): Float32Array {
    let scores = this.model.initialScores();
    for (let from = 0; from < this.prompt.length; from += PROMPT_CHUNK) {
      const read = this.reader.read(this.prompt.slice(from, from + PROMPT_CHUNK));
      scores = read.slice(-this.model.vocabulary);
    }
    return scores;
  }

  /** The best continuations by one token of all hypotheses together: of the unfinished ones at most `beam`. */
  expand(alive: Hypothesis[], scores: Float32Array): { hypothesis: Hypothesis; complete: boolean }[] {
    const { beam } = this.options;
    // An end token takes no place of the beam, so one more than the beam for each end can be of use.
    const width = beam + this.ends.size;
    const candidates = alive.flatMap((parent, index) => this.candidates(parent, scores, index, width));
    candidates.sort((a, b) => b.logProbability - a.logProbability);
    const next: { hypothesis: Hypothesis; complete: boolean }[] = [];
    let unfinished = 0;
    for (const { parent, token, logProbability } of candidates) {
      if (unfinished === beam) break;
      const ended = this.ends.has(token);
      const ids = ended ? parent.ids : [...parent.ids, token];
      const score = this.worth(logProbability, parent.ids.length + 1);
      const complete = ended || (this.options.isComplete?.(ids) ?? false);
      if (!complete) unfinished++;
      next.push({ hypothesis: { ids, logProbability, score, row: parent.row }, complete });
    }
    return next;
  }

  /** The most that an unfinished continuation can come to be worth: the rest of its tokens with probability 1. */
  bound({ logProbability }: Hypothesis): number {
    return this.worth(logProbability, this.options.length);
  }

  /** Reads the last token of each hypothesis. Scores [hypotheses, V]; the rows are then in their order. */
  readOn(alive: Hypothesis[]): Float32Array {
    const last = Int32Array.from(alive, ({ ids }) => ids[ids.length - 1]);
    if (this.reader.select) {
      this.reader.select(Int32Array.from(alive, ({ row }) => row));
      alive.forEach((each, index) => (each.row = index));
      return this.reader.read(last);
    }
    return this.readAnew(alive);
  }

  dispose(): void {
    this.reader.dispose();
  }

  /** For a reader that cannot go back: all that the hypotheses hold is read again, side by side. */
  private readAnew(alive: Hypothesis[]): Float32Array {
    this.reader.dispose();
    this.reader = this.model.reader(alive.length);
    const texts = alive.map(({ ids }) => [...this.prompt, ...ids]);
    const time = texts[0].length;
    const ids = new Int32Array(time * texts.length);
    texts.forEach((text, b) => text.forEach((id, t) => (ids[t * texts.length + b] = id)));
    return this.reader.read(ids).slice(-alive.length * this.model.vocabulary);
  }

  private candidates(parent: Hypothesis, scores: Float32Array, index: number, width: number): Candidate[] {
    const { vocabulary } = this.model;
    const row = scores.subarray(index * vocabulary, (index + 1) * vocabulary);
    const normaliser = logSumExp(row);
    const best: Candidate[] = [];
    for (let token = 0; token < vocabulary; token++) {
      const logProbability = parent.logProbability + row[token] - normaliser;
      if (this.forbidden.has(token) || !(logProbability > -Infinity)) continue;
      if (best.length === width && logProbability <= best[width - 1].logProbability) continue;
      if (best.length === width) best.pop();
      let at = best.length;
      while (at > 0 && best[at - 1].logProbability < logProbability) at--;
      best.splice(at, 0, { parent, token, logProbability });
    }
    return best;
  }

  private worth(logProbability: number, length: number): number {
    return logProbability / length ** this.options.lengthPower;
  }
}

function better(a: Continuation, b: Continuation): number {
  return b.score - a.score;
}

/** ln Σ exp, in float64. */
function logSumExp(row: Float32Array): number {
  let highest = -Infinity;
  for (const score of row) if (score > highest) highest = score;
  let sum = 0;
  for (const score of row) sum += Math.exp(score - highest);
  return highest + Math.log(sum);
}
