import { UserError } from '../core/errors';
import type { Examples } from '../core/text/examples';
import type { NextTokenModel } from '../core/generation/next-token-model';
import { modelFromCheckpoint } from '../core/models/checkpoint-model';
import { NgramModel } from '../core/models/ngram';
import type { Recipe } from '../core/recipe/schema';
import type { NamedTensor } from '../core/runs/safetensors';
import type { Tokenizer } from '../core/text/tokenizer';
import type { Counter, Evaluation, Prepared } from '../core/training/learner';
import { Trainer } from '../core/training/trainer';

export interface TaskAssets {
  tokenizer?: Tokenizer;
  labels?: string[];
  columns?: string[];
  scaling?: { mean: number[]; deviation: number[] };
}

class NgramBaseline implements Counter {
  readonly kind = 'counts';
  private model: NgramModel | undefined;
  constructor(
    private readonly order: number,
    private readonly data: { train: Int32Array; validation: Int32Array; tokenizer: Tokenizer },
  ) {}
  get name(): string {
    return `${this.order}-gram, Kneser-Ney`;
  }
  get parameterCount(): number {
    return this.model?.ngrams ?? 0;
  }
  get hasValidation(): boolean {
    return this.data.validation.length > 1;
  }
  *fitInSlices(): Generator<number, void> {
    this.model = yield* NgramModel.trainInSlices(this.data.train, {
      order: this.order,
      vocabulary: this.data.tokenizer.size,
    });
  }
  *evaluateInSlices(): Generator<void, Evaluation> {
    const work = (this.model as NgramModel).evaluateInSlices(this.data.validation);
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      yield;
    }
  }
  *sampleInSlices(): Generator<string, void> {
    // Nothing to show.
  }
  checkpoint(): never {
    throw new Error('none');
  }
  dispose(): void {
    this.model = undefined;
  }
}

export function prepareStream(
  recipe: Recipe,
  data: { train: Int32Array; validation: Int32Array; tokenizer: Tokenizer },
): Prepared {
  const { order, wanted } = { order: recipe.evaluation.baselineOrder, wanted: recipe.evaluation.baseline };
  return {
    model: new Trainer(recipe, { ...data, vocabulary: data.tokenizer.size }),
    baselines: wanted ? [new NgramBaseline(order, data)] : [],
  };
}

export type Answering = (
  | { task: 'next-token'; model: NextTokenModel; tokenizer: Tokenizer }
  | {
      task: 'classify';
      labels: string[];
      multiple: boolean;
      predictTexts(texts: string[]): ArrayLike<number>[];
      predictFrames(sequences: Float64Array[][]): ArrayLike<number>[];
    }
  | { task: 'label-to-sequence'; of(label: number): NextTokenModel; labels: string[]; tokenizer: Tokenizer }
  | { task: 'series'; columns: string[]; forecast(history: Float64Array[], steps: number): Float64Array[] }
) & { dispose(): void };

export function answering(
  recipe: Recipe,
  assets: TaskAssets,
  checkpoint: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> },
): Answering {
  const tokenizer = assets.tokenizer as Tokenizer;
  const model = modelFromCheckpoint(recipe, tokenizer.size, checkpoint.tensors);
  return { task: 'next-token', model, tokenizer, dispose: () => model.dispose() };
}

export interface DataStatistics {
  characters: number;
  examples?: number;
  trainTokens: number;
  validationTokens: number;
  vocabulary: number;
  unknown: number;
  validationCharacters?: number;
}

export function* prepareExamples({
  recipe,
  examples,
  validation,
  assets,
}: {
  recipe: Recipe;
  examples: Examples;
  validation: Examples | undefined;
  assets: TaskAssets | undefined;
}): Generator<number, { prepared: Prepared; assets: TaskAssets; statistics: DataStatistics }> {
  yield 0;
  throw new UserError(`${recipe.task} ${examples.kind} ${validation?.kind} ${assets?.labels?.length}`);
}

export function* arpaOf(tensors: Map<string, NamedTensor>, _: object, tokenizer: Tokenizer): Generator<string, void> {
  yield `${tensors.size} ${tokenizer.size}`;
}
