import * as tf from '@tensorflow/tfjs-core';
import { embedding } from '../ops/embedding';
import type { SequenceInput } from '../ops/sequence';
import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';
import { DenseLayer } from './dense-layer';
import { groupName } from './groups';
import { dropSteps, type TrainingPass } from './masks';
import type { NamedVariable } from './parameters';
import { RecurrentLayer, STATE_NAMES, type LayerPass } from './recurrent-layer';

/** States of all layers and directions, in the order of `stateNames`, each [B, H]. */
export interface ModelState {
  tensors: tf.Tensor2D[];
}

/** A recipe's recurrent model, and the size of what it reads. */
export type StackShape = ModelOf<'recurrent'> & { inputs: number };

/** One layer that recurs, in each of its directions, or one that sees a step at a time. */
type Layer = { kind: 'recurrent'; directions: RecurrentLayer[] } | { kind: 'step'; dense: DenseLayer };

export interface StackPass {
  /** Steps of each sequence [B] int32; all if left out. What stands past them changes nothing, and y is 0 there. */
  lengths?: tf.Tensor1D;
  /** Drops what the recipe says; left out, nothing is dropped. */
  training?: TrainingPass;
  /** One for each recurrent layer (its forward direction); receives the norms of ∂L/∂h. */
  probes?: LayerPass['probe'][];
}

/**
 * The recurrent layers that all recurrent models have in common, one on top of the other.
 *
 * The lower `recurrentLayers` of them recur, in one direction or in two whose states are joined; those above see one step
 * each, tanh(W·x + b). With `residual`, what a layer reads is added to what it gives where sizes agree. After each layer
 * `dropout` drops units.
 *
 * Parameters have PyTorch's names and layouts, "rnn.weight_ih_l0" and, for the direction from the end,
 * "rnn.weight_ih_l0_reverse"; layers that do not recur are "dense.<layer>.weight".
 */
export class RecurrentStack {
  readonly parameters: NamedVariable[];
  /** Names of the groups that gradient norms are shown for: "rnn.0", "dense.1". */
  readonly groups: string[];
  /** D, the size of what the last layer gives. */
  readonly outputSize: number;
  private readonly layers: Layer[] = [];

  /** @param random draws the initial parameters */
  constructor(
    readonly shape: StackShape,
    random: Random,
  ) {
    const { layers, recurrentLayers, hidden, bidirectional } = shape;
    const recurring = recurrentLayers === 0 ? layers : Math.min(recurrentLayers, layers);
    let inputs = shape.inputs;
    for (let index = 0; index < layers; index++) {
      if (index < recurring) {
        const make = (reversed: boolean) =>
          new RecurrentLayer({ ...shape, inputs }, `l${index}${reversed ? '_reverse' : ''}`, reversed, random);
        const directions = bidirectional === 'no' ? [make(false)] : [make(false), make(true)];
        this.layers.push({ kind: 'recurrent', directions });
        inputs = bidirectional === 'concat' ? 2 * hidden : hidden;
      } else {
        this.layers.push({ kind: 'step', dense: new DenseLayer(`dense.${index}`, inputs, hidden, random) });
        inputs = hidden;
      }
    }
    this.outputSize = inputs;
    this.parameters = this.layers.flatMap((layer) =>
      layer.kind === 'step' ? layer.dense.parameters : layer.directions.flatMap(({ parameters }) => parameters),
    );
    this.groups = [...new Set(this.parameters.map(({ name }) => groupName(name)))];
  }

  /** The state before the first step; the caller disposes of it. */
  zeroState(batch: number): ModelState {
    return { tensors: this.stateNames().map(() => tf.zeros([batch, this.shape.hidden])) };
  }

  /** Names of the tensors of a state, as PyTorch calls them with the layer added: "h_l0", "c_l0", "h_l0_reverse". */
  stateNames(): string[] {
    const { cell, bidirectional } = this.shape;
    const suffixes = bidirectional === 'no' ? [''] : ['', '_reverse'];
    return this.layers.flatMap(({ kind }, index) =>
      kind === 'step' ? [] : suffixes.flatMap((end) => STATE_NAMES[cell].map((name) => `${name}_l${index}${end}`)),
    );
  }

  /**
   * Run it in a tidy; keep what of the state must live on.
   *
   * @param input vectors [T, B, I], or tokens with their table or as one-hot vectors
   * @param state before the first step; stays the caller's
   * @returns y [T, B, D] of the last layer, the state after each sequence's last step, what each layer gave before
   *   anything was dropped, and the lowest layer's states [T, B, H] from the beginning, which have seen no later step
   */
  forward(
    input: SequenceInput,
    state: ModelState,
    { lengths, training, probes }: StackPass = {},
  ): { y: tf.Tensor3D; state: ModelState; layers: tf.Tensor3D[]; onward: tf.Tensor3D } {
    const { dropout, variational, residual } = this.shape;
    const before = [...state.tensors];
    const after: tf.Tensor2D[] = [];
    const outputs: tf.Tensor3D[] = [];
    const onward: tf.Tensor3D[] = [];
    let below = input;
    for (const [index, layer] of this.layers.entries()) {
      const given =
        layer.kind === 'step'
          ? perStep(layer.dense, vectorsOf(below, state))
          : this.recur(layer.directions, below, before, after, onward, { lengths, training, probe: probes?.[index] });
      let y = given;
      if (residual && sizeOf(below) === y.shape[2]) y = tf.add(y, vectorsOf(below, state));
      if (lengths && (y !== given || layer.kind === 'step')) y = tf.mul(y, stepMask(lengths, y.shape[0]));
      outputs.push(y);
      below = dropSteps(y, dropout, variational, training);
    }
    return { y: below as tf.Tensor3D, state: { tensors: after }, layers: outputs, onward: onward[0] };
  }

  /**
   * Runs a layer's directions, which take their state from the beginning of `before`, and joins them; what reads from the
   * beginning goes to `onward`, too.
   */
  private recur(
    directions: RecurrentLayer[],
    input: SequenceInput,
    before: tf.Tensor2D[],
    after: tf.Tensor2D[],
    onward: tf.Tensor3D[],
    pass: LayerPass,
  ): tf.Tensor3D {
    const perDirection = STATE_NAMES[this.shape.cell].length;
    const ys = directions.map((direction, k) => {
      const own = before.splice(0, perDirection);
      const result = direction.forward(input, own, k === 0 ? pass : { ...pass, probe: undefined });
      after.push(...result.state);
      return result.y;
    });
    onward.push(ys[0]);
    if (ys.length === 1) return ys[0];
    return this.shape.bidirectional === 'sum' ? tf.add(ys[0], ys[1]) : tf.concat(ys, 2);
  }
}

/** tanh(W·x + b) of each step: [T, B, I] -> [T, B, O]. */
function perStep(layer: DenseLayer, x: tf.Tensor3D): tf.Tensor3D {
  const [time, batch, size] = x.shape;
  const rows: tf.Tensor2D = tf.tanh(layer.forward(tf.reshape(x, [time * batch, size])));
  return tf.reshape(rows, [time, batch, rows.shape[1]]);
}

/** I, the size of each step's vector. */
function sizeOf(input: SequenceInput): number {
  if (input instanceof tf.Tensor) return input.shape[2];
  return 'oneHot' in input ? input.oneHot : input.table.shape[1];
}

/** The input as vectors [T, B, I]. */
function vectorsOf(input: SequenceInput, state: ModelState): tf.Tensor3D {
  if (input instanceof tf.Tensor) return input;
  const batch = state.tensors[0].shape[0];
  const rows =
    'oneHot' in input
      ? tf.cast(tf.oneHot(input.ids, input.oneHot) as tf.Tensor2D, 'float32')
      : embedding(input.table, input.ids);
  return tf.reshape(rows, [rows.shape[0] / batch, batch, rows.shape[1]]);
}

/** 1 within each sequence's length, 0 past it: [T, B, 1]. */
function stepMask(lengths: tf.Tensor1D, time: number): tf.Tensor3D {
  const steps = tf.reshape(tf.range(0, time, 1, 'int32'), [time, 1, 1]);
  const within: tf.Tensor3D = tf.less(steps, tf.reshape(lengths, [1, lengths.shape[0], 1]));
  return tf.cast(within, 'float32');
}
