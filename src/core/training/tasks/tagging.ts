import type * as tf from '@tensorflow/tfjs-core';
import { mixLine } from '../../models/contextual/scalar-mix';
import { readSentences } from '../../models/tagger/neural/neural-sentence-tagger';
import type { NeuralTagger } from '../../models/tagger/neural/neural-tagger';
import { taggerBatch, tagTargets, type TaggerBatch, type TagTargets } from '../../models/tagger/neural/tagger-batch';
import { scoped } from '../../ops/scope';
import type { Random } from '../../random';
import type { Recipe, RecipeOf } from '../../recipe/schema';
import { lengthGroups } from '../../text/length-groups';
import type { TaggedText } from '../../text/tagged/tagged-text';
import { sentenceEncoder, UNKNOWN, type EncodedSentence, type TaggerVocabulary } from '../../text/tagged/vocabulary';
import type { ExampleTask } from '../example-learner';
import type { Evaluation } from '../learner';
import { taggingFigures, taggingMeasures } from '../tagging-metrics';
import { balancedWeights } from './labels';
import { shownSentence } from './tagging-sample';

/** What a tagger learns from, and what it is measured on. */
export interface TaggingData {
  train: TaggedText[];
  validation: TaggedText[];
  vocabulary: TaggerVocabulary;
  /** Characters of the biLM that it reads. */
  context?: TaggerVocabulary;
}

/** A sentence with its tags as the model knows them, −1 where it has none. */
interface Example {
  sentence: EncodedSentence;
  inner: Int32Array;
  outer: Int32Array;
}

/** Tokens that are measured in one slice, at most. */
const SLICE = 2048;
/** The same where a biLM reads them, too: that takes most of the time. */
const SLICE_IN_CONTEXT = 256;
/** Held-out sentences that a sample shows. */
const SHOWN = 3;

/** Learning a tag for each token. */
export class TaggingTask implements ExampleTask {
  readonly lengths: Int32Array;
  private readonly train: Example[];
  private readonly validation: Example[];
  /** [V]: 1 for words that training has once. */
  private readonly once: Uint8Array;
  private readonly classWeights?: Float32Array;

  constructor(
    private readonly recipe: RecipeOf<'recurrent'> & Recipe,
    readonly model: NeuralTagger,
    private readonly data: TaggingData,
  ) {
    const encode = sentenceEncoder(data.vocabulary, data.context);
    const { scheme } = model.shape;
    const { maxLength } = recipe.tokens;
    const example = ({ tokens, tags }: TaggedText, most: number): Example => ({
      sentence: encode(tokens.slice(0, most)),
      inner: scheme.innerTags(tags.slice(0, most)),
      outer: scheme.outerTags(tags.slice(0, most)),
    });
    this.train = data.train.map((text) => example(text, maxLength));
    this.validation = data.validation.map((text) => example(text, Infinity));
    this.lengths = Int32Array.from(this.train, ({ inner }) => inner.length);
    this.once = wordsSeenOnce(this.train, data.vocabulary.wordCount);
    if (recipe.training.classWeights === 'balanced') {
      this.classWeights = balancedWeights(
        this.train.map(({ inner }) => inner),
        scheme.inner.length,
      );
    }
  }

  get hasValidation(): boolean {
    return this.validation.some(({ inner }) => inner.length > 0);
  }

  loss(indices: Int32Array, random: Random): tf.Scalar {
    const examples = Array.from(indices, (index) => this.train[index]);
    const batch = taggerBatch(examples.map(({ sentence }) => sentence));
    this.forgetWords(batch, random);
    const { labelSmoothing: smoothing, missCost } = this.recipe.training;
    const { classWeights } = this;
    return this.model.loss(batch, targetsOf(examples, batch), random, { smoothing, classWeights, missCost });
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    const { tags, loss } = yield* this.measure();
    const figures = taggingFigures(
      this.data.validation.map((text) => text.tags),
      tags,
    );
    return { loss, ...taggingMeasures(figures), mix: this.model.mixture() };
  }

  /** Some held-out sentences with what the model says of them, and how it mixes the layers of a biLM. */
  *sampleInSlices(step: number): Generator<string, void> {
    const mix = this.model.mixture();
    const count = this.validation.length;
    for (let k = 0; k < Math.min(SHOWN, count); k++) {
      const index = (step * SHOWN + k) % count;
      const [{ tags }] = readSentences(this.model, [this.validation[index].sentence]);
      yield `${shownSentence(this.data.validation[index], this.names(tags))}\n`;
    }
    if (mix) yield mixLine(mix);
  }

  dispose(): void {
    this.model.dispose();
  }

  /** Mean loss of the held-out tokens that have a tag the model knows, and the tags that it gives. */
  private *measure(): Generator<void, { tags: string[][]; loss: number }> {
    const tags: string[][] = [];
    let [sum, counted] = [0, 0];
    const lengths = this.validation.map(({ inner }) => inner.length);
    for (const group of lengthGroups(lengths, this.data.context ? SLICE_IN_CONTEXT : SLICE)) {
      const examples = group.map((index) => this.validation[index]);
      const batch = taggerBatch(examples.map(({ sentence }) => sentence));
      const read = readSentences(
        this.model,
        examples.map(({ sentence }) => sentence),
      );
      group.forEach((index, k) => (tags[index] = this.names(read[k].tags)));
      const inner = this.countable(examples);
      const tokens = inner.reduce((all, own) => all + own.reduce((n, tag) => n + Number(tag >= 0), 0), 0);
      const targets = { inner: tagTargets(inner, batch.time) };
      sum += tokens * scoped(() => this.model.loss(batch, targets).dataSync()[0]);
      counted += tokens;
      yield;
    }
    return { tags, loss: counted > 0 ? sum / counted : 0 };
  }

  /** Tags of examples; of a CRF's, none in a sentence that has one which the model lacks. */
  private countable(examples: Example[]): Int32Array[] {
    const whole = this.recipe.model.head === 'crf';
    return examples.map(({ inner }) => (whole && inner.includes(-1) ? inner.map(() => -1) : inner));
  }

  /**
   * Takes words that training has once for unknown ones now and then, so that those are learned, too (Lample et al.,
   * 2016).
   */
  private forgetWords({ words }: TaggerBatch, random: Random): void {
    const { wordDropout } = this.recipe.model;
    if (wordDropout === 0) return;
    for (let n = 0; n < words.length; n++) {
      if (this.once[words[n]] === 1 && random.next() < wordDropout) words[n] = UNKNOWN;
    }
  }

  private names(tags: Int32Array): string[] {
    return Array.from(tags, (tag) => this.model.shape.scheme.outer[tag]);
  }
}

function targetsOf(examples: Example[], { time }: TaggerBatch): { inner: TagTargets; outer: TagTargets } {
  return {
    inner: tagTargets(
      examples.map(({ inner }) => inner),
      time,
    ),
    outer: tagTargets(
      examples.map(({ outer }) => outer),
      time,
    ),
  };
}

function wordsSeenOnce(examples: Example[], words: number): Uint8Array {
  const counts = new Uint32Array(words);
  for (const { sentence } of examples) for (const word of sentence.words) counts[word]++;
  return Uint8Array.from(counts, (count) => Number(count === 1));
}
