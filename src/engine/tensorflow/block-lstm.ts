import * as tf from '@tensorflow/tfjs-core';
import { named, registerKernelGradient, runKernel } from '../../core/ops/kernels';

/** What is used of tfjs-node's backend; its own types come with the package, which may not be installed. */
interface NodeBackend {
  binding: {
    TF_INT64: number;
    TF_FLOAT: number;
    TF_ATTR_TYPE: number;
    TF_ATTR_BOOL: number;
    TF_ATTR_FLOAT: number;
    /** Makes a tensor of TensorFlow's and gives its number. */
    createTensor(shape: number[], dtype: number, values: Int32Array): number;
    executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): object[];
  };
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  createOutputTensor(metadata: object): tf.Tensor;
}
interface Attribute {
  name: string;
  type: number;
  value: number | boolean;
}
type Matrices<K extends string> = Record<K, tf.Tensor2D>;
type Sequences<K extends string> = Record<K, tf.Tensor3D>;

const BACKEND = 'tensorflow';
/** Outputs of BlockLSTMV2, in order: i, cs, f, o, ci, co, h, each [T, B, H]. */
const FORWARD_OUTPUTS = 7;
/** Outputs of BlockLSTMGradV2, in order: x, cs_prev, h_prev, w, wci, wcf, wco, b. */
const BACKWARD_OUTPUTS = 8;
/** Numbers of the int64 scalars that TensorFlow wants for lengths: tfjs-node would make, and leak, one at each call. */
const lengths = new Map<number, number>();

/** Runs a block op over `time` steps. */
function runBlock(name: string, attributes: Attribute[], time: number, inputs: tf.Tensor[], outputs: number) {
  const backend = tf.backend() as unknown as NodeBackend;
  const { binding } = backend;
  const length = lengths.get(time) ?? binding.createTensor([], binding.TF_INT64, Int32Array.of(time, 0));
  lengths.set(time, length);
  const common = [
    { name: 'use_peephole', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
  ];
  const ids = [length, ...backend.getInputTensorIds(inputs)];
  return binding
    .executeOp(name, [...attributes, ...common], ids, outputs)
    .map((metadata) => backend.createOutputTensor(metadata));
}

/** No limit to the cell state. */
const noClip = () => ({
  name: 'cell_clip',
  type: (tf.backend() as unknown as NodeBackend).binding.TF_ATTR_FLOAT,
  value: -1,
});

/** [B, H] as the last of `time` steps, all others zero: [T, B, H]. */
function atLastStep(tensor: tf.Tensor2D, time: number): tf.Tensor3D {
  const [batch, units] = tensor.shape;
  return tf.pad(tf.reshape(tensor, [1, batch, units]), [
    [time - 1, 0],
    [0, 0],
    [0, 0],
  ]);
}

function lastStep(sequence: tf.Tensor3D): tf.Tensor2D {
  const [time, batch, units] = sequence.shape;
  return tf.reshape(tf.slice(sequence, [time - 1, 0, 0], [1, batch, units]), [batch, units]);
}

/** See `lstm` in core/ops: x [T, B, I], weightIh [4H, I], weightHh [4H, H], bias [4H], h0 and c0 [B, H]. */
function forward({
  x,
  weightIh,
  weightHh,
  bias,
  h0,
  c0,
}: Sequences<'x'> & Matrices<'weightIh' | 'weightHh' | 'h0' | 'c0'> & { bias: tf.Tensor1D }): tf.Tensor[] {
  const weight = tf.transpose(tf.concat([weightIh, weightHh], 1)); // [I + H, 4H]
  const peephole = tf.zeros([h0.shape[1]]);
  const inputs = [x, c0, h0, weight, peephole, peephole, peephole, bias];
  const outputs = runBlock('BlockLSTMV2', [noClip()], x.shape[0], inputs, FORWARD_OUTPUTS);
  const [i, cells, f, o, ci, co, y] = outputs as tf.Tensor3D[];
  return [y, lastStep(y), lastStep(cells), i, cells, f, o, ci, co, weight];
}

/** Names of the outputs that only the gradient reads: gates, cell states and the weights in TensorFlow's layout. */
const RESERVE = ['i', 'cells', 'f', 'o', 'ci', 'co', 'weight'] as const;

function backward({
  x,
  h0,
  c0,
  y,
  dy,
  dhN,
  dcN,
  ...reserve
}: Sequences<'x' | 'y' | 'dy' | 'i' | 'cells' | 'f' | 'o' | 'ci' | 'co'> &
  Matrices<'h0' | 'c0' | 'dhN' | 'dcN' | 'weight'>): tf.Tensor[] {
  const [time, , inputs] = x.shape;
  const units = h0.shape[1];
  const { i, cells, f, o, ci, co, weight } = reserve;
  const peephole = tf.zeros([units]);
  const known = [x, c0, h0, weight, peephole, peephole, peephole, tf.zeros([4 * units]), i, cells, f, o, ci, co, y];
  const given = [atLastStep(dcN, time), tf.add(dy, atLastStep(dhN, time))];
  const [dx, dc0, dh0, dweight, , , , dbias] = runBlock(
    'BlockLSTMGradV2',
    [],
    time,
    [...known, ...given],
    BACKWARD_OUTPUTS,
  );
  const [dweightIh, dweightHh] = tf.split(tf.transpose(dweight), [inputs, units], 1);
  return [dx, dweightIh, dweightHh, dbias, dh0, dc0];
}

/** Registers what is made of TF.js's ops as a kernel; what it makes on the way is disposed of. */
function register(name: string, work: (inputs: never) => tf.Tensor[]): void {
  tf.registerKernel({
    kernelName: name,
    backendName: BACKEND,
    kernelFunc: ({ inputs }) => tf.tidy(() => work(inputs as never)),
  });
}

/**
 * Gives the backend `tensorflow` a fused LSTM layer, kernel `BlockLstm`: TensorFlow's BlockLSTMV2 and BlockLSTMGradV2,
 * which multiply the input themselves and hold the gates in PyTorch's order. Does nothing the second time.
 */
export function registerBlockLstm(): void {
  if (tf.getKernel('BlockLstm', BACKEND)) return;
  register('BlockLstm', forward);
  register('BlockLstmGrad', backward);
  registerKernelGradient(
    'BlockLstm',
    { inputs: ['x', 'h0', 'c0'], outputs: [true, false, false, ...RESERVE.map(() => true)] },
    ([dy, dhN, dcN], [x, h0, c0, y, ...reserve]) => {
      const inputs = { x, h0, c0, y, dy, dhN, dcN, ...named([...RESERVE], reserve) };
      const gradients = runKernel<tf.Tensor[]>('BlockLstmGrad', inputs);
      return named(['x', 'weightIh', 'weightHh', 'bias', 'h0', 'c0'], gradients);
    },
  );
}
