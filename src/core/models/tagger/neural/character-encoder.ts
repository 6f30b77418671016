import * as tf from '@tensorflow/tfjs-core';
import { dropElements, type TrainingPass } from '../../../layers/masks';
import {
  matrix,
  tensor3,
  uniform,
  vector,
  type Matrix,
  type NamedVariable,
  type Vector,
} from '../../../layers/parameters';
import { RecurrentLayer } from '../../../layers/recurrent-layer';
import { convolveMaxOverTime } from '../../../ops/convolution';
import { embedding } from '../../../ops/embedding';
import type { Random } from '../../../random';
import type { ModelOf } from '../../../recipe/schema/model';

type CharacterShape = Pick<
  ModelOf<'recurrent'>,
  'characterEmbedding' | 'characterHidden' | 'inputDropout' | 'initialisation' | 'forgetBias'
>;

/** Makes a vector of a word's characters. */
export interface CharacterEncoder {
  readonly parameters: NamedVariable[];
  /** C, the size of a word's vector. */
  readonly size: number;
  /**
   * @param words the characters of each word, one at least
   * @returns [words, C]
   */
  forward(words: readonly Int32Array[], training?: TrainingPass): tf.Tensor2D;
}

/** Characters that a filter spans (Ma and Hovy, 2016). */
const WIDTH = 3;

/** The encoder of a recipe, undefined where it reads no characters. */
export function characterEncoder(
  kind: ModelOf<'recurrent'>['characters'],
  shape: CharacterShape,
  characters: number,
  random: Random,
): CharacterEncoder | undefined {
  if (kind === 'none') return undefined;
  return kind === 'lstm' ? new CharacterLstm(shape, characters, random) : new CharacterCnn(shape, characters, random);
}

/** Vectors of characters: "characters.embedding.weight" [characters, E], uniform in ±√(3/E) as Ma and Hovy's. */
class CharacterTable {
  readonly table: Matrix;
  readonly parameters: NamedVariable[];

  constructor(
    private readonly shape: CharacterShape,
    characters: number,
    random: Random,
  ) {
    const { characterEmbedding: size } = shape;
    this.table = matrix(uniform(characters * size, Math.sqrt(3 / size), random), characters, size);
    this.parameters = [{ name: 'characters.embedding.weight', variable: this.table }];
  }

  /** [rows, columns, E] of ids [rows·columns]. */
  lookUp(ids: Int32Array, rows: number, columns: number, training?: TrainingPass): tf.Tensor3D {
    const { characterEmbedding: size, inputDropout } = this.shape;
    const vectors = dropElements(embedding(this.table, tf.tensor1d(ids, 'int32')), inputDropout, training);
    return tf.reshape(vectors, [rows, columns, size]);
  }
}

/**
 * Filters over a word's characters with ReLU and the maximum over time (Ma and Hovy, 2016): "characters.filters.weight"
 * [width, E, C], "characters.filters.bias" [C].
 */
class CharacterCnn implements CharacterEncoder {
  readonly parameters: NamedVariable[];
  readonly size: number;
  private readonly characters: CharacterTable;
  private readonly weight: tf.Variable<tf.Rank.R3>;
  private readonly bias: Vector;

  constructor(shape: CharacterShape, characters: number, random: Random) {
    const { characterEmbedding: width, characterHidden: filters } = shape;
    this.size = filters;
    this.characters = new CharacterTable(shape, characters, random);
    const bound = Math.sqrt(6 / (WIDTH * width + filters));
    this.weight = tensor3(uniform(WIDTH * width * filters, bound, random), [WIDTH, width, filters]);
    this.bias = vector(new Float32Array(filters));
    this.parameters = [
      ...this.characters.parameters,
      { name: 'characters.filters.weight', variable: this.weight },
      { name: 'characters.filters.bias', variable: this.bias },
    ];
  }

  forward(words: readonly Int32Array[], training?: TrainingPass): tf.Tensor2D {
    const { time, lengths } = measure(words);
    const ids = new Int32Array(words.length * time);
    words.forEach((word, n) => ids.set(word, n * time));
    const x = this.characters.lookUp(ids, words.length, time, training);
    return convolveMaxOverTime(x, this.weight, this.bias, lengths).y;
  }
}

/**
 * The last states of two LSTMs that read a word from either end (Lample et al., 2016), C / 2 units each, rounded up:
 * "characters.rnn.weight_ih_l0" and so on.
 */
class CharacterLstm implements CharacterEncoder {
  readonly parameters: NamedVariable[];
  readonly size: number;
  private readonly units: number;
  private readonly characters: CharacterTable;
  private readonly directions: RecurrentLayer[];

  constructor(shape: CharacterShape, characters: number, random: Random) {
    const { characterEmbedding: inputs, characterHidden, initialisation, forgetBias } = shape;
    this.units = Math.ceil(characterHidden / 2);
    this.size = 2 * this.units;
    this.characters = new CharacterTable(shape, characters, random);
    const layer = { inputs, hidden: this.units, initialisation, forgetBias };
    const plain = { cell: 'lstm', activation: 'tanh', resetBefore: false, hiddenDropout: 0, dropConnect: 0 } as const;
    this.directions = [false, true].map(
      (reversed) => new RecurrentLayer({ ...layer, ...plain }, `l0${reversed ? '_reverse' : ''}`, reversed, random),
    );
    const recurrent = this.directions.flatMap(({ parameters }) => parameters);
    this.parameters = [
      ...this.characters.parameters,
      ...recurrent.map(({ name, variable }) => ({ name: `characters.${name}`, variable })),
    ];
  }

  forward(words: readonly Int32Array[], training?: TrainingPass): tf.Tensor2D {
    const { time, lengths } = measure(words);
    const count = words.length;
    const ids = new Int32Array(time * count);
    words.forEach((word, n) => word.forEach((id, t) => (ids[t * count + n] = id)));
    const x = this.characters.lookUp(ids, time, count, training);
    const zero: tf.Tensor2D = tf.zeros([count, this.units]);
    return tf.concat(
      this.directions.map((direction) => direction.forward(x, [zero, zero], { lengths }).state[0]),
      1,
    );
  }
}

function measure(words: readonly Int32Array[]): { time: number; lengths: tf.Tensor1D } {
  const lengths = Int32Array.from(words, ({ length }) => length);
  return { time: lengths.reduce((a, b) => Math.max(a, b), 1), lengths: tf.tensor1d(lengths, 'int32') };
}
