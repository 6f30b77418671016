import * as tf from '@tensorflow/tfjs-core';
import { DenseLayer } from '../../../layers/dense-layer';
import { blankRows, dropElements, dropRows, dropSteps, type TrainingPass } from '../../../layers/masks';
import { matrix, uniform, type Matrix, type NamedVariable } from '../../../layers/parameters';
import { RecurrentStack } from '../../../layers/recurrent-stack';
import { embedding } from '../../../ops/embedding';
import type { Random } from '../../../random';
import type { ModelOf } from '../../../recipe/schema/model';
import type { NamedTensor } from '../../../runs/safetensors';
import type { LayerMix } from '../../contextual/scalar-mix';
import { characterEncoder, type CharacterEncoder } from './character-encoder';
import type { TagScheme } from './tag-scheme';
import type { TaggerBatch, TagTargets } from './tagger-batch';
import { SHAPES } from '../../../text/tagged/word-shape';
import { ContextualInput, type ContextualShape } from '../../contextual/contextual-input';
import { withMissCost } from './miss-cost';
import { CrfHead, softmaxHead, type LossOptions, type TaggerHead } from './tagger-head';

export type NeuralTaggerShape = ModelOf<'recurrent'> & {
  scheme: TagScheme;
  /** V, words with the unknown one. */
  words: number;
  /** Characters with the special ones. */
  letters: number;
  /** Whether what a token looks like is read, too; for words in lower case. */
  shapes: boolean;
  /** Loaded word vectors [V·E]. */
  vectors?: Float32Array;
  /** A biLM whose states are read, too. */
  reads?: ContextualShape;
};

/** Size of the vector of what a token looks like. */
const SHAPE_SIZE = 10;

/** Scores of a batch: [B, T, K] of the inner tags and, of a bidirectional model, [B, T, outer] of its forward read-out. */
interface TagScores {
  scores: tf.Tensor3D;
  forward?: tf.Tensor3D;
}

/**
 * Word vectors joined with vectors of their characters and of what they look like, and maybe with what a biLM makes of them,
 * recurrent layers, and a score for each tag of each token, from which a softmax or a CRF chooses (Lample et al., 2016;
 * Ma and Hovy, 2016). Words and characters are dropped out before the layers (`inputDropout`), states behind each
 * (`dropout`).
 *
 * A bidirectional model without a biLM, which has read the whole sentence, has a forward read-out, too: a linear layer
 * "forward" on the states of the lowest layer that have seen no later token. It learns beside the rest, and no gradient
 * flows from it into the rest.
 */
export class NeuralTagger {
  readonly parameters: NamedVariable[];
  readonly frozen: ReadonlySet<string>;
  private readonly table: Matrix;
  /** "shapes.weight" [shapes, 10]. */
  private readonly shapes?: Matrix;
  private readonly characters?: CharacterEncoder;
  private readonly contextual?: ContextualInput;
  private readonly stack: RecurrentStack;
  private readonly output: DenseLayer;
  private readonly forward?: DenseLayer;
  private readonly head: TaggerHead;

  /** @param random draws the initial parameters */
  constructor(
    readonly shape: NeuralTaggerShape,
    random: Random,
  ) {
    const { words, letters, scheme, vectors, embedding: size, hidden, bidirectional } = shape;
    if (vectors && vectors.length !== words * size) {
      throw new RangeError(`A table has ${words * size} numbers, not ${vectors.length}.`);
    }
    this.table = matrix(vectors ?? uniform(words * size, Math.sqrt(3 / size), random), words, size);
    this.characters = characterEncoder(shape.characters, shape, letters, random);
    if (shape.shapes) {
      const bound = Math.sqrt(3 / SHAPE_SIZE);
      this.shapes = matrix(uniform(SHAPES * SHAPE_SIZE, bound, random), SHAPES, SHAPE_SIZE);
    }
    if (shape.reads) this.contextual = new ContextualInput(shape.reads);
    const context = this.contextual?.size ?? 0;
    const inputs = size + (this.characters?.size ?? 0) + (this.shapes ? SHAPE_SIZE : 0) + context;
    this.stack = new RecurrentStack({ ...shape, inputs }, random);
    this.output = new DenseLayer('output', this.stack.outputSize, scheme.inner.length, random);
    this.head = shape.head === 'crf' ? new CrfHead(scheme, random) : softmaxHead;
    if (bidirectional !== 'no' && !shape.reads)
      this.forward = new DenseLayer('forward', hidden, scheme.outer.length, random);
    this.parameters = [
      { name: 'embedding.weight', variable: this.table },
      ...(this.shapes ? [{ name: 'shapes.weight', variable: this.shapes }] : []),
      ...[this.characters, this.stack, this.output, this.head, this.forward, this.contextual].flatMap(
        (part) => part?.parameters ?? [],
      ),
    ];
    // A model that goes on or answers has no file at hand: its table comes from a checkpoint.
    const fixed = shape.frozen && shape.embeddingFile !== '' ? ['embedding.weight'] : [];
    this.frozen = new Set([...fixed, ...(this.contextual?.frozen ?? [])]);
  }

  /**
   * Mean loss of the tokens that count, in nats. Run it in a tidy. The forward read-out has its gradient here, though its
   * loss is not in the number that is returned.
   *
   * @param outer what the forward read-out learns; without it, it does not learn
   * @param random draws dropout masks; without it nothing is dropped
   * @param options `missCost`: see `withMissCost`
   */
  loss(
    batch: TaggerBatch,
    { inner, outer }: { inner: TagTargets; outer?: TagTargets },
    random?: Random,
    options: LossOptions & { missCost?: number } = {},
  ): tf.Scalar {
    const { scores, forward } = this.scores(batch, random && { random });
    const { scheme } = this.shape;
    const { missCost = 0 } = options;
    const dearer = withMissCost(scores, inner, scheme.inner.indexOf('O'), missCost);
    const loss = this.head.loss(dearer, batch.lengths, inner, options);
    if (!forward || !outer) return loss;
    const dearerBeside = withMissCost(forward, outer, scheme.outer.indexOf('O'), missCost);
    const beside = softmaxHead.loss(dearerBeside, batch.lengths, outer);
    return tf.add(loss, tf.sub(beside, constant(beside)));
  }

  /**
   * Tags and probabilities of a batch, sentence by sentence: best inner tags [B·T], probabilities [B·T·K], and those of the
   * forward read-out [B·T·outer].
   */
  read(batch: TaggerBatch): { tags: Int32Array; probabilities: Float32Array; forward?: Float32Array } {
    const { scores, forward } = this.scores(batch);
    const { tags, probabilities } = this.head.choose(scores, batch.lengths);
    return {
      tags: Int32Array.from(tags.dataSync()),
      probabilities: Float32Array.from(probabilities.dataSync()),
      ...(forward && { forward: Float32Array.from(tf.softmax(forward).dataSync()) }),
    };
  }

  /** Takes the weights of the biLM that it reads from that one's checkpoint. Throws UserError. */
  loadContext(tensors: Map<string, NamedTensor>): void {
    this.contextual?.load(tensors);
  }

  /** How the layers of the biLM that it reads are mixed. */
  mixture(): LayerMix | undefined {
    return this.contextual?.mixture();
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }

  private scores(batch: TaggerBatch, training?: TrainingPass): TagScores {
    const lengths = tf.tensor1d(batch.lengths, 'int32');
    const state = this.stack.zeroState(batch.batch);
    const { y, onward } = this.stack.forward(this.input(batch, training), state, { lengths, training });
    const scores = perToken(this.output, y);
    if (!this.forward) return { scores };
    return { scores, forward: perToken(this.forward, dropElements(constant(onward), this.shape.dropout, training)) };
  }

  /** [T, B, E + C + shapes + context] */
  private input(
    { words, spelled, spellings, shapes, time, batch, contexts }: TaggerBatch,
    training?: TrainingPass,
  ): tf.Tensor3D {
    const { embeddingDropout, inputDropout, tokenDropout, variational } = this.shape;
    const table = dropRows(this.table, embeddingDropout, training);
    const parts = [embedding(table, tf.tensor1d(words, 'int32'))];
    if (this.characters) {
      parts.push(embedding(this.characters.forward(spellings, training), tf.tensor1d(spelled, 'int32')));
    }
    if (this.shapes) parts.push(embedding(this.shapes, tf.tensor1d(shapes, 'int32')));
    if (this.contextual) parts.push(this.contextual.forward(contexts ?? [], time));
    const rows = blankRows(parts.length > 1 ? tf.concat(parts, 1) : parts[0], tokenDropout, training);
    return dropSteps(tf.reshape(rows, [time, batch, rows.shape[1]]), inputDropout, variational, training);
  }
}

/** A linear layer on each step: [T, B, I] -> [B, T, O]. */
function perToken(layer: DenseLayer, y: tf.Tensor3D): tf.Tensor3D {
  const [time, batch, size] = y.shape;
  const rows = layer.forward(tf.reshape(y, [time * batch, size]));
  return tf.transpose(tf.reshape(rows, [time, batch, rows.shape[1]]), [1, 0, 2]);
}

/** The same numbers, through which no gradient flows. */
function constant<T extends tf.Tensor>(x: T): T {
  return tf.tensor(Float32Array.from(x.dataSync()), x.shape) as T;
}
