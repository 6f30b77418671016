import { NgramBag } from '../models/bag/bag';
import { checkLabels, type ClassifierData } from '../models/bag/labelled';
import { LinearClassifier, logSigmoid, logSoftmax } from '../models/bag/linear-classifier';
import { fitLogisticRegression, type LogisticRegressionOptions } from '../models/bag/logistic-regression';
import { fitNaiveBayes, type NaiveBayesOptions, priors } from '../models/bag/naive-bayes';
import type { Checkpoint, Counter, Evaluation } from './learner';
import { classificationFigures, multiLabelFigures } from './metrics';

/** Examples between two yields: a few milliseconds. */
const SLICE = 256;
/** N-grams that are shown for each label, and labels for which they are. */
const TELLING = 8;
const SHOWN_LABELS = 20;

/** A classifier on bags of n-grams as a thing that learns. */
abstract class ClassifierCounter implements Counter {
  readonly kind = 'counts';
  abstract readonly name: string;
  /** One sentence for each thing that a person should know; none before the fit. */
  readonly warnings: string[] = [];
  private fitted: LinearClassifier | undefined;

  /**
   * Throws UserError when there is nothing to tell apart.
   * @param decode the text of an n-gram's tokens, to show what was learned
   */
  constructor(
    protected readonly data: ClassifierData,
    private readonly decode: (ids: Int32Array) => string,
  ) {
    checkLabels(data);
  }

  protected abstract fit(): Generator<number, LinearClassifier>;

  get parameterCount(): number {
    return this.fitted?.parameterCount ?? 0;
  }

  get hasValidation(): boolean {
    return this.data.validation.ids.length > 0;
  }

  *fitInSlices(): Generator<number, void> {
    this.fitted = yield* this.fit();
    yield 1;
  }

  /** The fitted model. Throws RangeError before the fit. */
  get model(): LinearClassifier {
    if (!this.fitted) throw new RangeError('The classifier is not fitted yet.');
    return this.fitted;
  }

  /** Probability of each label, given a sequence of tokens. */
  predict(ids: Int32Array): Float64Array {
    return this.model.predict(ids);
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    const { ids, labels } = this.data.validation;
    const predicted: number[][] = [];
    let loss = 0;
    for (let i = 0; i < ids.length; i++) {
      const scores = this.model.scores(ids[i]);
      loss += this.data.multiLabel ? decisionsLoss(scores, labels[i]) : -logSoftmax(scores)[labels[i][0]];
      predicted.push(this.data.multiLabel ? positive(scores) : [highest(scores)]);
      if (i % SLICE === SLICE - 1) yield;
    }
    const names = this.data.labels;
    // With several labels, a target is a decision: whether an example has a label.
    const tokens = ids.length * (this.data.multiLabel ? names.length : 1);
    const figures = this.data.multiLabel
      ? multiLabelFigures(labels, predicted, names)
      : classificationFigures(labels.map(first), predicted.map(first), names);
    return { loss: loss / tokens, tokens, ...figures };
  }

  /** The n-grams that speak most for each label, a line each. */
  *sampleInSlices(): Generator<string, void> {
    const { labels } = this.data;
    for (let label = 0; label < Math.min(labels.length, SHOWN_LABELS); label++) {
      const texts = this.model.telling(label, TELLING).map((ids) => this.decode(ids));
      yield `${labels[label]}: ${texts.join(' · ')}\n`;
    }
  }

  checkpoint(): Checkpoint {
    return this.model.checkpoint();
  }

  dispose(): void {
    this.fitted = undefined;
  }
}

/** Multinomial naive Bayes on counts of n-grams. */
export class NaiveBayesCounter extends ClassifierCounter {
  constructor(
    data: ClassifierData,
    private readonly options: NaiveBayesOptions,
    decode: (ids: Int32Array) => string,
  ) {
    super(data, decode);
  }

  get name(): string {
    return `naive Bayes, ${featuresName(this.options.ngrams)}`;
  }

  protected fit(): Generator<number, LinearClassifier> {
    return fitNaiveBayes(this.data, this.options);
  }
}

/** Logistic regression on counts of n-grams. */
export class LogisticRegressionCounter extends ClassifierCounter {
  constructor(
    data: ClassifierData,
    private readonly options: LogisticRegressionOptions,
    decode: (ids: Int32Array) => string,
  ) {
    super(data, decode);
  }

  get name(): string {
    return `logistic regression, ${featuresName(this.options.ngrams)}`;
  }

  protected fit(): Generator<number, LinearClassifier> {
    return fitLogisticRegression(this.data, this.options, (sentence) => this.warnings.push(sentence));
  }
}

/** Gives every example the labels' shares in training, so its prediction is the most frequent one. */
export class MajorityCounter extends ClassifierCounter {
  readonly name = 'most frequent label';

  constructor(data: ClassifierData) {
    super(data, () => '');
  }

  protected *fit(): Generator<number, LinearClassifier> {
    yield 0;
    const { labels, multiLabel } = this.data;
    return new LinearClassifier(labels, multiLabel, new NgramBag(1, false), new Float32Array(0), priors(this.data, 1));
  }
}

/** Sum of the binary cross-entropies of one example, in nats. */
function decisionsLoss(scores: Float64Array, labels: Int32Array): number {
  return scores.reduce((sum, score, k) => sum - logSigmoid(labels.includes(k) ? score : -score), 0);
}

function positive(scores: Float64Array): number[] {
  return Array.from(scores.keys()).filter((k) => scores[k] >= 0);
}

function highest(scores: Float64Array): number {
  return scores.reduce((best, score, k) => (score > scores[best] ? k : best), 0);
}

function first(labels: ArrayLike<number>): number {
  return labels[0];
}

function featuresName(ngrams: number): string {
  return ngrams === 1 ? 'bag of words' : `n-grams up to ${ngrams}`;
}
