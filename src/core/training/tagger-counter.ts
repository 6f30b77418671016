import { BioRule } from '../models/tagger/bio';
import { CrfTagger, type CrfOptions } from '../models/tagger/crf';
import { HmmTagger } from '../models/tagger/hmm';
import { MostFrequentTagger } from '../models/tagger/most-frequent-tag';
import { PerceptronTagger } from '../models/tagger/perceptron';
import { ClassicSentenceTagger, type ClassicTagger } from '../models/tagger/sentence-tagger';
import { damaged } from '../models/tagger/tables';
import type { TaggedSentence } from '../models/tagger/tagged';
import { Random } from '../random';
import type { NamedTensor } from '../runs/safetensors';
import type { TaggedText } from '../text/tagged/tagged-text';
import type { Checkpoint, Counter, Evaluation } from './learner';
import { evaluateTagger } from './tasks/evaluate-tagger';
import { shownSentence } from './tasks/tagging-sample';

/** Which classic tagger, and how it learns. */
export type ClassicKind =
  | { kind: 'most-frequent-tag' }
  | { kind: 'hmm'; order: 2 | 3; iterations: number }
  | { kind: 'perceptron'; passes: number }
  | ({ kind: 'crf' } & Pick<CrfOptions, 'passes' | 'l2' | 'minCount'>);

export interface TaggerCounterData {
  train: TaggedText[];
  validation: TaggedText[];
  /** Tags by id, all that occur in the training part. */
  tags: readonly string[];
  seed: number;
}

/** Held-out sentences that a sample shows. */
const SHOWN = 3;

const names: Record<ClassicKind['kind'], string> = {
  'most-frequent-tag': 'most frequent tag',
  hmm: 'HMM',
  perceptron: 'averaged perceptron',
  crf: 'CRF on features',
};

/** A classic tagger that learns in one go. */
export class TaggerCounter implements Counter {
  readonly kind = 'counts';
  private fitted: ClassicTagger | undefined;

  constructor(
    private readonly data: TaggerCounterData,
    private readonly model: ClassicKind,
  ) {}

  get name(): string {
    const { model } = this;
    return model.kind === 'hmm' ? `HMM, ${model.order === 3 ? 'trigrams' : 'bigrams'} of tags` : names[model.kind];
  }

  get parameterCount(): number {
    return this.fitted?.parameterCount ?? 0;
  }

  get hasValidation(): boolean {
    return this.data.validation.some(({ tokens }) => tokens.length > 0);
  }

  *fitInSlices(): Generator<number, void> {
    const ids = new Map(this.data.tags.map((tag, id) => [tag, id]));
    const sentences = this.data.train.map(({ tokens, tags }) => ({
      words: tokens,
      tags: Int32Array.from(tags, (tag) => ids.get(tag) ?? -1),
    }));
    this.fitted = yield* this.fit(sentences);
    yield 1;
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    return yield* evaluateTagger(this.tagger(), this.data.validation);
  }

  /** Some held-out sentences with what the model says of them. */
  *sampleInSlices(): Generator<string, void> {
    const tagger = this.tagger();
    for (const sentence of this.data.validation.slice(0, SHOWN)) {
      const [{ tags }] = tagger.tag([sentence.tokens]);
      yield `${shownSentence(
        sentence,
        Array.from(tags, (tag) => tagger.tags[tag]),
      )}\n`;
    }
  }

  checkpoint(): Checkpoint {
    return { tensors: this.wanted().tensors(), metadata: { model: this.model.kind } };
  }

  dispose(): void {
    this.fitted = undefined;
  }

  private tagger(): ClassicSentenceTagger {
    return new ClassicSentenceTagger(this.data.tags, this.wanted());
  }

  private wanted(): ClassicTagger {
    if (this.fitted) return this.fitted;
    throw new RangeError('The tagger is not fitted yet.');
  }

  private fit(sentences: TaggedSentence[]): Generator<number, ClassicTagger> {
    const { model, data } = this;
    const tags = data.tags.length;
    const random = new Random(data.seed);
    const rule = BioRule.of(data.tags);
    switch (model.kind) {
      case 'most-frequent-tag':
        return MostFrequentTagger.trainInSlices(sentences, tags, rule);
      case 'hmm':
        return HmmTagger.trainInSlices(sentences, { tags, rule, order: model.order, iterations: model.iterations });
      case 'perceptron':
        return PerceptronTagger.trainInSlices(sentences, { tags, rule, epochs: model.passes, random });
      case 'crf':
        return CrfTagger.trainInSlices(sentences, { ...model, tags, rule, random });
    }
  }
}

/** The classic tagger of a checkpoint. Throws UserError when it is damaged or of another kind. */
export function classicTagger(
  kind: ClassicKind['kind'],
  tags: readonly string[],
  { tensors, metadata }: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> },
): ClassicSentenceTagger {
  if (metadata.model !== kind) throw damaged(`it holds no ${names[kind]}`);
  return new ClassicSentenceTagger(tags, readers[kind].fromTensors(tensors, tags.length, BioRule.of(tags)));
}

const readers = {
  'most-frequent-tag': MostFrequentTagger,
  hmm: HmmTagger,
  perceptron: PerceptronTagger,
  crf: CrfTagger,
};
