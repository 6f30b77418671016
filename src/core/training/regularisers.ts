import * as tf from '@tensorflow/tfjs-core';
import type { NamedVariable } from '../layers/parameters';
import { setValues } from '../ops/variables';
import type { Random } from '../random';
import { SpectralRadius } from './spectral-radius';

/**
 * Runs `work` with Gaussian noise of this deviation on the variables (Graves, 2011), which afterwards have their values
 * of before.
 */
export function withWeightNoise<T>(variables: tf.Variable[], deviation: number, random: Random, work: () => T): T {
  if (deviation === 0) return work();
  const clean = variables.map((variable) => Float32Array.from(variable.dataSync()));
  try {
    variables.forEach((variable, k) =>
      setValues(
        variable,
        clean[k].map((value) => value + deviation * random.normal()),
      ),
    );
    return work();
  } finally {
    variables.forEach((variable, k) => setValues(variable, clean[k]));
  }
}

/** A square block of a parameter: one gate's W_h. */
interface Block {
  /** Index of the parameter. */
  parameter: number;
  /** Where the block begins in the parameter's values. */
  offset: number;
  radius: SpectralRadius;
}

/**
 * The penalty weight · (ρ(W_h) − 1)² on the recurrent matrices, with ρ the spectral radius. A cell with gates has one W_h
 * for each gate, and each is counted.
 */
export class SpectralPenalty {
  private readonly blocks: Block[];

  /** @param parameters those called "weight_hh" are penalised */
  constructor(
    private readonly parameters: NamedVariable[],
    private readonly weight: number,
  ) {
    this.blocks = parameters.flatMap(({ name, variable }, parameter) => {
      if (weight === 0 || !name.includes('.weight_hh_')) return [];
      const [rows, units] = variable.shape;
      return Array.from({ length: rows / units }, (_, gate) => ({
        parameter,
        offset: gate * units * units,
        radius: new SpectralRadius(units),
      }));
    });
  }

  /** The gradients, in the order of the parameters, with the penalty's added. Run it in a tidy. */
  addTo(gradients: tf.Tensor[]): tf.Tensor[] {
    const added = new Map<number, Float32Array>();
    for (const { parameter, offset, radius } of this.blocks) {
      const values = this.parameters[parameter].variable.dataSync<'float32'>();
      const gradient = added.get(parameter) ?? new Float32Array(values.length);
      radius.addGradient(values, offset, gradient, (rho) => 2 * this.weight * (rho - 1));
      added.set(parameter, gradient);
    }
    return gradients.map((gradient, k) => {
      const more = added.get(k);
      return more ? tf.add(gradient, tf.tensor(more, gradient.shape)) : gradient;
    });
  }

  /** What an exact resume needs: one array for each block. */
  state(): number[][] {
    return this.blocks.map(({ radius }) => Array.from(radius.state()));
  }

  /** Whether a state fits. */
  accepts(state: unknown): state is number[][] {
    return (
      Array.isArray(state) &&
      state.length === this.blocks.length &&
      this.blocks.every(({ radius }, k) => {
        const values: unknown = state[k];
        return Array.isArray(values) && values.length === radius.state().length && values.every(Number.isFinite);
      })
    );
  }

  restore(state: number[][]): void {
    this.blocks.forEach(({ radius }, k) => radius.restore(state[k]));
  }
}
