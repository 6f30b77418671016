import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../../errors';
import { dropSteps, type TrainingPass } from '../../layers/masks';
import { matrix, uniform, type Matrix, type NamedVariable } from '../../layers/parameters';
import { RecurrentLayer, STATE_NAMES } from '../../layers/recurrent-layer';
import { embedding } from '../../ops/embedding';
import type { Random } from '../../random';
import type { ModelOf } from '../../recipe/schema/model';
import { characterEncoder, type CharacterEncoder } from '../tagger/neural/character-encoder';
import type { TaggerBatch } from '../tagger/neural/tagger-batch';

export type BidirectionalEncoderShape = ModelOf<'recurrent'> & {
  /** Characters with the special ones. */
  letters: number;
};

/** Ends of the names of parameters that read from the beginning, and from the end. */
const SUFFIXES = ['', '_reverse'] as const;

/**
 * What reads in a biLM (Peters et al., 2018): words by their characters, and two stacks of recurrent layers over them, one
 * from each end of a sentence, whose layers are never joined, so that neither sees what the other has read.
 *
 * What lies before and behind a sentence is "boundary.weight" [2, C]. Parameters else: "characters.…" as a tagger's,
 * "rnn.weight_ih_l0" and so on, "rnn.weight_ih_l0_reverse".
 */
export class BidirectionalEncoder {
  readonly parameters: NamedVariable[];
  private readonly characters: CharacterEncoder;
  private readonly boundary: Matrix;
  /** [direction][layer] */
  private readonly directions: RecurrentLayer[][];

  /**
   * @param random draws the initial parameters
   * Throws UserError when the recipe reads no characters.
   */
  constructor(
    readonly shape: BidirectionalEncoderShape,
    random: Random,
  ) {
    const { characters, letters, layers, hidden } = shape;
    const encoder = characterEncoder(characters, shape, letters, random);
    if (!encoder) {
      throw new UserError('A biLM reads words by their characters: set model.characters to "cnn" or "lstm".');
    }
    this.characters = encoder;
    this.boundary = matrix(uniform(2 * encoder.size, Math.sqrt(3 / encoder.size), random), 2, encoder.size);
    this.directions = SUFFIXES.map((suffix, direction) =>
      Array.from({ length: layers }, (_, index) => {
        const inputs = index === 0 ? encoder.size : hidden;
        return new RecurrentLayer({ ...shape, inputs }, `l${index}${suffix}`, direction === 1, random);
      }),
    );
    this.parameters = [
      ...encoder.parameters,
      { name: 'boundary.weight', variable: this.boundary },
      ...this.directions.flat().flatMap(({ parameters }) => parameters),
    ];
  }

  /** C, the size of what a word's characters give. */
  get wordSize(): number {
    return this.characters.size;
  }

  /**
   * What each direction's last layer gives, forward and backward, [T + 2, B, H]: sentences stand between two boundaries.
   * Run it in a tidy.
   */
  tops(batch: TaggerBatch, training?: TrainingPass): tf.Tensor3D[] {
    const x = this.enclosed(batch, training);
    return this.directions.map((_, direction) => this.read(x, batch, direction, training).at(-1) as tf.Tensor3D);
  }

  /**
   * What each token is to the model, layer by layer. Run it in a tidy.
   *
   * @returns characters [T, B, C], then [T, B, 2H] for each layer: the states of both directions side by side, the first
   *   half having seen nothing behind the token, the second nothing before it; 0 past a sentence's end in the latter
   */
  layers(batch: TaggerBatch): tf.Tensor3D[] {
    const x = this.enclosed(batch);
    const inside = (y: tf.Tensor3D): tf.Tensor3D => tf.slice(y, [1, 0, 0], [batch.time, batch.batch, -1]);
    const [forward, backward] = this.directions.map((_, direction) => this.read(x, batch, direction));
    const within = tf.tensor3d(withinLengths(batch), [batch.time, batch.batch, 1]);
    const states = forward.map((y, layer) =>
      tf.mul<tf.Tensor3D>(tf.concat([inside(y), inside(backward[layer])], 2), within),
    );
    return [inside(x), ...states];
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }

  /** Vectors of the words' characters between two boundaries: [T + 2, B, C]. */
  private enclosed(batch: TaggerBatch, training?: TrainingPass): tf.Tensor3D {
    const { time, batch: count, spelled, spellings, lengths } = batch;
    const table = tf.concat([this.characters.forward(spellings, training), this.boundary], 0);
    const [first, last] = [spellings.length, spellings.length + 1];
    const ids = new Int32Array((time + 2) * count).fill(last);
    ids.fill(first, 0, count);
    for (let b = 0; b < count; b++) {
      for (let t = 0; t < lengths[b]; t++) ids[(t + 1) * count + b] = spelled[t * count + b];
    }
    return tf.reshape(embedding(table, tf.tensor1d(ids, 'int32')), [time + 2, count, this.characters.size]);
  }

  /** What each layer of a direction gives, [T + 2, B, H]; `residual` adds what it read where sizes agree. */
  private read(x: tf.Tensor3D, batch: TaggerBatch, direction: number, training?: TrainingPass): tf.Tensor3D[] {
    const { cell, hidden, dropout, variational, residual } = this.shape;
    const lengths = tf.tensor1d(
      batch.lengths.map((length) => length + 2),
      'int32',
    );
    const given: tf.Tensor3D[] = [];
    let below = x;
    for (const layer of this.directions[direction]) {
      const state = STATE_NAMES[cell].map((): tf.Tensor2D => tf.zeros([batch.batch, hidden]));
      let y = layer.forward(below, state, { lengths, training }).y;
      if (residual && below.shape[2] === hidden) y = tf.add(y, below);
      y = dropSteps(y, dropout, variational, training);
      given.push(y);
      below = y;
    }
    return given;
  }
}

/** [T·B], time-major: 1 within each sentence. */
export function withinLengths({ time, batch, lengths }: TaggerBatch): Float32Array {
  return Float32Array.from({ length: time * batch }, (_, n) => Number(Math.floor(n / batch) < lengths[n % batch]));
}
