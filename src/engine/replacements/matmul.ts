import { broadcast_util, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { ACTIVATIONS, Program } from '../program';
import type { Operand } from '../program';
import { inherited, register } from './kernel';

interface MatMulInputs {
  a: TensorInfo;
  b: TensorInfo;
}
interface MatMulAttrs {
  transposeA: boolean;
  transposeB: boolean;
}
interface FusedInputs extends MatMulInputs {
  bias?: TensorInfo;
  preluActivationWeights?: TensorInfo;
}
interface FusedAttrs extends MatMulAttrs {
  activation?: string;
  leakyreluAlpha?: number;
}

/** Address and strides of the last two dimensions, as rows by columns after the transpose. */
function operand(
  backend: HeapBackend,
  tensor: TensorInfo,
  transpose: boolean,
): Operand & { rows: number; columns: number } {
  util.assert(
    tensor.shape.length >= 2,
    () => `Error in matMul: inputs must have two dimensions or more, not ${tensor.shape.length}.`,
  );
  const [rows, columns] = tensor.shape.slice(-2);
  const address = backend.address(tensor);
  return transpose
    ? { address, rows: columns, columns: rows, row: 1, column: columns }
    : { address, rows, columns, row: columns, column: 1 };
}

/** For each matrix of the broadcast result, which matrix of an operand it uses. */
function batchIndices(outer: number[], result: number[]): number[] {
  const padded = [...new Array<number>(result.length - outer.length).fill(1), ...outer];
  const strides = util.computeStrides([...padded, 1]);
  return Array.from({ length: util.sizeFromShape(result) }, (_, index) => {
    let offset = 0;
    for (let d = result.length - 1, rest = index; d >= 0; rest = Math.floor(rest / result[d]), d--)
      offset += padded[d] === 1 ? 0 : (rest % result[d]) * strides[d];
    return offset;
  });
}

/** y = op(a) · op(b) for matrices or batches of them (outer dimensions broadcast), plus a bias row where given. */
function multiply(backend: HeapBackend, { a, b }: MatMulInputs, attrs: MatMulAttrs, bias?: TensorInfo): TensorInfo {
  const left = operand(backend, a, attrs.transposeA);
  const right = operand(backend, b, attrs.transposeB);
  util.assert(
    left.columns === right.rows,
    () =>
      `Error in matMul: inner shapes (${left.columns}) and (${right.rows}) of Tensors with shapes ${a.shape} and ` +
      `${b.shape} and transposeA=${attrs.transposeA} and transposeB=${attrs.transposeB} must match.`,
  );
  const outerA = a.shape.slice(0, -2);
  const outerB = b.shape.slice(0, -2);
  const outer = broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const [rows, columns, depth] = [left.rows, right.columns, left.columns];
  const y = backend.output([...outer, rows, columns]);
  const batches = util.sizeFromShape(outer);
  if (batches === 0 || rows === 0 || columns === 0) return y;
  if (depth === 0) {
    backend.values(y).fill(0);
    return y;
  }
  const start = bias ? backend.address(bias) : undefined;
  const c = { address: backend.address(y), row: columns, batch: rows * columns };
  const [sizeA, sizeB] = [rows * depth, depth * columns];
  const simple = (outerShape: number[]) => [1, batches].includes(util.sizeFromShape(outerShape));
  if (simple(outerA) && simple(outerB)) {
    left.batch = util.sizeFromShape(outerA) === 1 ? 0 : sizeA;
    right.batch = util.sizeFromShape(outerB) === 1 ? 0 : sizeB;
    backend.run(() => new Program().multiply({ batches, rows, columns, depth, a: left, b: right, c, start }));
    return y;
  }
  const indexA = batchIndices(outerA, outer);
  const indexB = batchIndices(outerB, outer);
  for (let batch = 0; batch < batches; batch++) {
    const at = (matrix: Operand, offset: number) => ({ ...matrix, address: matrix.address + offset * 4 });
    backend.run(() =>
      new Program().multiply({
        ...{ rows, columns, depth, start },
        a: at(left, indexA[batch] * sizeA),
        b: at(right, indexB[batch] * sizeB),
        c: { address: c.address + batch * c.batch * 4, row: columns },
      }),
    );
  }
  return y;
}

const isFloat = ({ a, b }: MatMulInputs) => a.dtype === 'float32' && b.dtype === 'float32';

/** A bias that is one row for all: what the compiled kernel adds by itself. */
function isRow(bias: TensorInfo, y: TensorInfo): boolean {
  const size = util.sizeFromShape(bias.shape);
  return bias.dtype === 'float32' && size === y.shape[y.shape.length - 1] && bias.shape[bias.shape.length - 1] === size;
}

/** Applies a fused operation's activation to `y`, in place where a kernel knows it; returns the activated tensor. */
function activate(backend: HeapBackend, y: TensorInfo, attrs: FusedAttrs, prelu?: TensorInfo): TensorInfo {
  const { activation, leakyreluAlpha = 0.2 } = attrs;
  if (!activation || activation === 'linear') return y;
  if (activation in ACTIVATIONS) {
    const kind = ACTIVATIONS[activation as keyof typeof ACTIVATIONS];
    const count = util.sizeFromShape(y.shape);
    backend.run(() => new Program().small('activate', [count, kind], [backend.address(y)], 8 * count, leakyreluAlpha));
    return y;
  }
  if (activation !== 'prelu' || !prelu) throw new Error(`_FusedMatMul: the activation ${activation} is unknown.`);
  const activated = inherited('Prelu', { x: y, alpha: prelu }, {}, backend);
  backend.disposeIntermediateTensorInfo(y);
  return activated;
}

/** BatchMatMul and _FusedMatMul of TF.js, for float32; other types stay with the cpu's kernels. */
export function registerMatMul(backendName: string): void {
  register<MatMulInputs, MatMulAttrs>(backendName, 'BatchMatMul', (inputs, attrs, backend) =>
    isFloat(inputs) ? multiply(backend, inputs, attrs) : inherited('BatchMatMul', { ...inputs }, { ...attrs }, backend),
  );
  register<FusedInputs, FusedAttrs>(backendName, '_FusedMatMul', (inputs, attrs, backend) => {
    if (!isFloat(inputs)) return inherited('_FusedMatMul', { ...inputs } as never, { ...attrs }, backend);
    const { bias, preluActivationWeights } = inputs;
    const columns = inputs.b.shape[inputs.b.shape.length - (attrs.transposeB ? 2 : 1)];
    const row = bias && isRow(bias, { ...inputs.a, shape: [1, columns] }) ? bias : undefined;
    let y = multiply(backend, inputs, attrs, row);
    if (bias && !row) {
      const sum = inherited('Add', { a: y, b: bias }, {}, backend);
      backend.disposeIntermediateTensorInfo(y);
      y = sum;
    }
    return activate(backend, y, attrs, preluActivationWeights);
  });
}
