import { backend_util, broadcast_util, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program } from '../program';
import { inherited, register } from './kernel';
import { collapse, denseStrides } from './strides';

/** Functions of one number, with their numbers in kernels/arrays.c and their work in multiplications. */
const UNARY = { Relu: [0, 1], Sigmoid: [1, 20], Tanh: [2, 20], Exp: [3, 20] } as const;
/** Arithmetic, with its numbers in kernels/arrays.c. */
const BINARY = { Add: 0, Sub: 1, Multiply: 2, RealDiv: 3 } as const;

/** Element-wise functions, broadcast arithmetic and sums of TF.js, for float32; the rest stays with the cpu's kernels. */
export function registerArithmetic(backendName: string): void {
  for (const [name, [kind, work]] of Object.entries(UNARY)) {
    register<{ x: TensorInfo }>(backendName, name, ({ x }, attrs, backend) => {
      if (x.dtype !== 'float32') return inherited(name, { x }, attrs as NamedAttrMap, backend);
      const count = util.sizeFromShape(x.shape);
      const y = backend.output(x.shape);
      const words = [kind, count, backend.address(x), backend.address(y)];
      backend.run(() => new Program().add('unary', words, count * work));
      return y;
    });
  }
  for (const [name, kind] of Object.entries(BINARY)) {
    register<{ a: TensorInfo; b: TensorInfo }>(
      backendName,
      name,
      (inputs, attrs, backend) =>
        combine(kind, inputs, backend) ?? inherited(name, inputs, attrs as NamedAttrMap, backend),
    );
  }
  register<{ x: TensorInfo }, { axis: number | number[]; keepDims: boolean }>(
    backendName,
    'Sum',
    ({ x }, attrs, backend) => sum(x, attrs, backend) ?? inherited('Sum', { x }, { ...attrs }, backend),
  );
}

/** a ∘ b with broadcasting; undefined where the kernel does not fit. */
function combine(kind: number, { a, b }: { a: TensorInfo; b: TensorInfo }, backend: HeapBackend) {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const walk = collapse(shape, [repeating(a.shape, shape.length), repeating(b.shape, shape.length)]);
  if (!walk) return undefined;
  const y = backend.output(shape);
  const words = [kind, ...walk.sizes, ...walk.strides.flat(), ...[a, b, y].map((tensor) => backend.address(tensor))];
  backend.run(() => new Program().add('binary', words, util.sizeFromShape(shape)));
  return y;
}

/** Strides of a dense array within a shape of more dimensions that it is repeated to fill. */
function repeating(shape: number[], rank: number): number[] {
  const own = denseStrides(shape).map((stride, d) => (shape[d] === 1 ? 0 : stride));
  return [...new Array<number>(rank - shape.length).fill(0), ...own];
}

/** Sum over neighbouring axes; undefined where the kernel does not fit. */
function sum(x: TensorInfo, { axis, keepDims }: { axis: number | number[]; keepDims: boolean }, backend: HeapBackend) {
  const axes = util.parseAxisParam(axis, x.shape);
  const [first, last] = [axes[0], axes[axes.length - 1]];
  const together = axes.every((d, k) => d === first + k);
  if (x.dtype !== 'float32' || axes.length === 0 || !together) return undefined;
  const size = (from: number, to: number) => util.sizeFromShape(x.shape.slice(from, to));
  const [outer, count, inner] = [size(0, first), size(first, last + 1), size(last + 1, x.shape.length)];
  const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const y = backend.output(keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept);
  const words = [outer, count, inner, backend.address(x), backend.address(y)];
  backend.run(() => new Program().add('sum', words, outer * count * inner));
  return y;
}
