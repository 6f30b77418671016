import { drawToken } from '../generation/choice';
import { ngramCheckpoint } from '../models/ngram/checkpoint';
import { NgramLanguageModel } from '../models/ngram/model';
import { type NgramOptions, type NgramText, SMOOTHING_NAMES } from '../models/ngram/options';
import type { Random } from '../random';
import type { Checkpoint, Counter, Evaluation } from './learner';

/** How the samples of a counted language model are drawn. */
export interface NgramSampling {
  decode: (ids: Int32Array) => string;
  /** Tokens in all; 0 draws none. */
  length: number;
  temperature: number;
  random: Random;
  /** Ids that are never drawn, such as <unk>. */
  forbidden?: number[];
}

/** An n-gram language model as a thing that learns: of a running text, or of sentences with their <s> and </s>. */
export class NgramCounter implements Counter {
  readonly kind = 'counts';
  private fitted: NgramLanguageModel | undefined;

  /** @param validation of the same shape as `train` */
  constructor(
    private readonly train: NgramText,
    private readonly validation: NgramText,
    private readonly options: NgramOptions,
    private readonly sampling: NgramSampling,
  ) {}

  get name(): string {
    return `${this.options.order}-gram, ${SMOOTHING_NAMES[this.options.smoothing ?? 'kneser-ney']}`;
  }

  get parameterCount(): number {
    return this.fitted?.ngrams ?? 0;
  }

  /** One sentence for each thing that a person should know; none before the fit. */
  get warnings(): string[] {
    const { smoothing } = this.options;
    const scores =
      smoothing === 'stupid-backoff'
        ? ['Stupid back-off gives scores that do not sum to one: its loss and perplexity compare with no other model.']
        : [];
    return this.fitted ? [...scores, ...this.fitted.description.warnings] : [];
  }

  /** A running text's first token is context only; a sentence has its </s> at least. */
  get hasValidation(): boolean {
    return this.validation.length > (this.validation instanceof Int32Array ? 1 : 0);
  }

  *fitInSlices(): Generator<number, void> {
    this.fitted = yield* NgramLanguageModel.trainInSlices(this.train, this.options);
  }

  /** The fitted model. Throws RangeError before the fit. */
  get model(): NgramLanguageModel {
    if (!this.fitted) throw new RangeError('The n-gram model is not fitted yet.');
    return this.fitted;
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    const measuring = this.model.evaluateInSlices(this.validation);
    let step = measuring.next();
    for (; !step.done; step = measuring.next()) yield;
    return step.value;
  }

  /** Sentences stand on a line each. */
  *sampleInSlices(): Generator<string, void> {
    const { model, sampling } = this;
    const { end } = model.description;
    const reader = model.reader(1);
    let scores = model.initialScores();
    let ids: number[] = [];
    let shown = '';
    for (let drawn = 0; drawn < sampling.length; drawn++) {
      const { id } = drawToken(scores, sampling);
      scores = reader.read(Int32Array.of(id));
      if (id === end) {
        yield '\n';
        [ids, shown] = [[], ''];
        continue;
      }
      // Decoded as a whole, since what stands between two tokens depends on both.
      ids.push(id);
      const text = sampling.decode(Int32Array.from(ids));
      yield text.slice(shown.length);
      shown = text;
    }
    reader.dispose();
  }

  checkpoint(): Checkpoint {
    return ngramCheckpoint(this.model);
  }

  dispose(): void {
    this.fitted = undefined;
  }
}
