import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';
import { normal, uniform } from './parameters';

export type Initialisation = ModelOf<'recurrent'>['initialisation'];

/** First values of a recurrent layer, in PyTorch's layout. */
export interface RecurrentValues {
  /** [G·H, I] */
  weightIh: Float32Array;
  /** [G·H, H] */
  weightHh: Float32Array;
  /** [G·H] */
  biasIh: Float32Array;
  /** [G·H] */
  biasHh: Float32Array;
}

/** Bound of "uniform": that of Zaremba et al. (2014) for their small network. */
const UNIFORM_BOUND = 0.1;
/** Deviation of the input's weights beside a recurrent identity (Le et al., 2015). */
const IDENTITY_INPUT_DEVIATION = 0.001;

/**
 * First values of a recurrent layer of G gates, I inputs and H units. Each gate's block is a matrix of its own:
 *
 *     default      everything uniform in ±1/√H, as PyTorch does
 *     orthogonal   W_hh orthogonal (Saxe et al., 2014), W_ih Glorot uniform, biases 0
 *     identity     W_hh the identity, W_ih normal with deviation 0.001, biases 0 (IRNN: Le, Jaitly and Hinton, 2015)
 *     uniform      weights uniform in ±0.1, biases 0
 *     glorot       weights uniform in ±√(6 / (inputs + outputs)), biases 0 (Glorot and Bengio, 2010)
 *     he           weights normal with deviation √(2 / inputs), biases 0 (He et al., 2015)
 */
export function recurrentValues(
  initialisation: Initialisation,
  { gates, inputs, units }: { gates: number; inputs: number; units: number },
  random: Random,
): RecurrentValues {
  const rows = gates * units;
  const bound = 1 / Math.sqrt(units);
  if (initialisation === 'default') {
    return {
      weightIh: uniform(rows * inputs, bound, random),
      weightHh: uniform(rows * units, bound, random),
      biasIh: uniform(rows, bound, random),
      biasHh: uniform(rows, bound, random),
    };
  }
  const blocks = (columns: number, draw: (columns: number) => Float32Array): Float32Array => {
    const values = new Float32Array(rows * columns);
    for (let gate = 0; gate < gates; gate++) values.set(draw(columns), gate * units * columns);
    return values;
  };
  const { input, hidden } = draws(initialisation, units, random);
  return {
    weightIh: blocks(inputs, input),
    weightHh: blocks(units, hidden),
    biasIh: new Float32Array(rows),
    biasHh: new Float32Array(rows),
  };
}

/** What draws one gate's matrix [H, columns] for the input and for the hidden state. */
function draws(initialisation: Exclude<Initialisation, 'default'>, units: number, random: Random) {
  const glorot = (columns: number) => uniform(units * columns, Math.sqrt(6 / (columns + units)), random);
  const he = (columns: number) => normal(units * columns, Math.sqrt(2 / columns), random);
  const even = (columns: number) => uniform(units * columns, UNIFORM_BOUND, random);
  const small = (columns: number) => normal(units * columns, IDENTITY_INPUT_DEVIATION, random);
  switch (initialisation) {
    case 'orthogonal':
      return { input: glorot, hidden: () => orthogonal(units, random) };
    case 'identity':
      return { input: small, hidden: () => identity(units) };
    case 'uniform':
      return { input: even, hidden: even };
    case 'glorot':
      return { input: glorot, hidden: glorot };
    case 'he':
      return { input: he, hidden: he };
  }
}

function identity(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0));
}

/**
 * An orthogonal matrix [size, size], drawn evenly among all of them: the rows of a Gaussian matrix made orthonormal by
 * Gram and Schmidt's method, twice over for accuracy, in float64.
 */
export function orthogonal(size: number, random: Random): Float32Array {
  const rows = Array.from({ length: size }, () => Float64Array.from({ length: size }, () => random.normal()));
  rows.forEach((row, k) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const earlier = rows[j];
        let product = 0;
        for (let i = 0; i < size; i++) product += row[i] * earlier[i];
        for (let i = 0; i < size; i++) row[i] -= product * earlier[i];
      }
    }
    let squares = 0;
    for (let i = 0; i < size; i++) squares += row[i] * row[i];
    const norm = Math.sqrt(squares);
    for (let i = 0; i < size; i++) row[i] /= norm;
  });
  const values = new Float32Array(size * size);
  rows.forEach((row, k) => values.set(row, k * size));
  return values;
}
