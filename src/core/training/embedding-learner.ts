import type { VectorLearner } from '../embeddings/vector-learner';
import { vectorTensors } from '../embeddings/vector-tensors';
import { UserError } from '../errors';
import type { NamedTensor } from '../runs/safetensors';
import { contentWords, LOOKED_THROUGH, neighbourLines } from './embedding-samples';
import type { Checkpoint, Evaluation, Learner, StepResult } from './learner';

/** What each step learns from, for as long as it goes on: pass after pass over the same data. */
export interface Blocks<Block> {
  readonly stepsPerEpoch: number;
  /** The block of a step, and the words (or pairs of words) in it. */
  at(step: number): { block: Block; tokens: number };
}

export interface EmbeddingLearning<Block> {
  /** Words that get a vector, the most frequent first. */
  words: readonly string[];
  blocks: Blocks<Block>;
  /** Rate of learning when a share of the budget is used, as the learner itself has it. */
  rate: (progress: number) => number;
  parameterCount: number;
}

/** What stands before the names of the learner's own state in a checkpoint. */
const STATE = 'state.';

/** The learner's own state among the tensors of a checkpoint. */
export function learnerState(tensors: ReadonlyMap<string, NamedTensor>): Map<string, NamedTensor> {
  const own = [...tensors].filter(([name]) => name.startsWith(STATE));
  return new Map(own.map(([name, tensor]) => [name.slice(STATE.length), tensor]));
}

/**
 * Learns word vectors from a text that is read block by block, pass after pass: a step is a block. All follows from recipe,
 * text, the number of the step and the tables, so that a run with one thread goes on exactly.
 */
export class EmbeddingLearner<Block> implements Learner {
  readonly kind = 'steps';
  readonly groups: string[] = [];
  readonly hasValidation = false;
  readonly newestIsBest = true;
  step = 0;
  /** Of the last block in which it was measured. */
  private loss = NaN;
  private readonly shown: string[];

  constructor(
    private readonly learner: VectorLearner<Block>,
    private readonly learning: EmbeddingLearning<Block>,
  ) {
    this.shown = contentWords(learning.words);
  }

  get stepsPerEpoch(): number {
    return this.learning.blocks.stepsPerEpoch;
  }

  get parameterCount(): number {
    return this.learning.parameterCount;
  }

  trainStep(progress: number): StepResult {
    const { blocks, rate } = this.learning;
    const { block, tokens } = blocks.at(this.step);
    // As far as it goes on as it did so far, which a budget of steps does.
    const next = this.step > 0 ? progress + progress / this.step : 0;
    const measured = this.learner.learn(block, progress, Math.min(1, next));
    if (!Number.isNaN(measured)) this.loss = measured;
    this.step++;
    const epoch = this.step / this.stepsPerEpoch;
    return { loss: this.loss, rate: rate(progress), tokens, epoch };
  }

  evaluated(): void {
    // Nothing is measured on held-out text, and no schedule follows it.
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    yield;
    throw new Error('Word vectors have no held-out text.');
  }

  /** The words that are closest to some frequent ones, a line each; always the same words, so that one sees them settle. */
  *sampleInSlices(): Generator<string, void> {
    const vectors = this.learner.vectors(this.learning.words.slice(0, LOOKED_THROUGH));
    yield* neighbourLines(vectors, this.shown);
  }

  checkpoint(kind: 'best' | 'last'): Checkpoint {
    const vectors = this.learner.vectors(this.learning.words);
    if (!vectors.values.every(Number.isFinite))
      throw new UserError('The vectors are no longer numbers, since the rate is too high: lower training.rate.');
    const state = kind === 'best' ? [] : this.learner.state();
    const tensors = [...vectorTensors(vectors), ...state.map((tensor) => ({ ...tensor, name: STATE + tensor.name }))];
    return { tensors, metadata: { step: String(this.step), loss: String(this.loss) } };
  }

  restore({ tensors, metadata }: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> }): void {
    const step = Number(metadata.step);
    if (!Number.isSafeInteger(step) || step < 0)
      throw new UserError('The checkpoint does not say how many steps were done: train again from the start.');
    this.learner.restore(learnerState(tensors));
    this.step = step;
    this.loss = Number(metadata.loss ?? NaN);
  }

  dispose(): void {
    this.learner.dispose();
  }
}
