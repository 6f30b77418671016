import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program } from '../program';
import { inherited, register } from './kernel';
import { collapse, denseStrides } from './strides';

/** Types of four bytes an element, which is all that a copy needs to know. */
const isCopied = ({ dtype }: TensorInfo) => dtype === 'float32' || dtype === 'int32';

interface Walk {
  sizes: number[];
  /** Elements from the beginning of the array to the first one, and from one to the next along each dimension. */
  from: { start: number; strides: number[] };
  to: { start: number; strides: number[] };
}

/** Adds a copy to the program; false where it has too many dimensions. */
function addCopy(program: Program, x: number, y: number, { sizes, from, to }: Walk): boolean {
  const walk = collapse(sizes, [from.strides, to.strides]);
  if (!walk) return false;
  const words = [...walk.sizes, ...walk.strides.flat(), x + from.start * 4, y + to.start * 4];
  program.add('copy', words, util.sizeFromShape(sizes));
  return true;
}

/** A new tensor of elements of x, in the walk's order; undefined where the kernel does not fit. */
function copied(x: TensorInfo, shape: number[], from: Walk['from'], backend: HeapBackend): TensorInfo | undefined {
  const to = { start: 0, strides: denseStrides(shape) };
  if (!isCopied(x) || !collapse(shape, [from.strides, to.strides])) return undefined;
  const y = backend.output(shape, x.dtype);
  if (util.sizeFromShape(shape) === 0) return y;
  const program = new Program();
  addCopy(program, backend.address(x), backend.address(y), { sizes: shape, from, to });
  backend.run(() => program);
  return y;
}

/** The part of x that begins at `begin`; undefined where the kernel does not fit. */
function sliced(x: TensorInfo, begin: number[], size: number[], backend: HeapBackend): TensorInfo | undefined {
  const strides = denseStrides(x.shape);
  const start = begin.reduce((sum, first, d) => sum + first * strides[d], 0);
  return copied(x, size, { start, strides }, backend);
}

/**
 * Transpose, Reverse, Slice, SplitV, Tile, Concat and GatherV2 (of rows) of TF.js; what does not fit stays with the
 * cpu's kernels.
 */
export function registerCopies(backendName: string): void {
  register<{ x: TensorInfo }, { perm: number[] }>(backendName, 'Transpose', ({ x }, { perm }, backend) => {
    const strides = denseStrides(x.shape);
    const from = { start: 0, strides: perm.map((d) => strides[d]) };
    const shape = perm.map((d) => x.shape[d]);
    return copied(x, shape, from, backend) ?? inherited('Transpose', { x }, { perm }, backend);
  });

  register<{ x: TensorInfo }, { dims: number[] }>(backendName, 'Reverse', ({ x }, { dims }, backend) => {
    const turned = util.parseAxisParam(dims, x.shape);
    const dense = denseStrides(x.shape);
    const start = turned.reduce((sum, d) => sum + (x.shape[d] - 1) * dense[d], 0);
    const strides = dense.map((stride, d) => (turned.includes(d) ? -stride : stride));
    return copied(x, x.shape, { start, strides }, backend) ?? inherited('Reverse', { x }, { dims }, backend);
  });

  register<{ x: TensorInfo }, { begin: number[]; size: number[] }>(backendName, 'Slice', ({ x }, attrs, backend) => {
    const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
    slice_util.assertParamsValid(x, begin, size);
    return sliced(x, begin, size, backend) ?? inherited('Slice', { x }, { ...attrs }, backend);
  });

  // The gradient of Concat.
  register<{ x: TensorInfo }, { numOrSizeSplits: number[] | number; axis: number }>(
    backendName,
    'SplitV',
    ({ x }, { numOrSizeSplits, axis: axisParam }, backend) => {
      const [axis] = util.parseAxisParam(axisParam, x.shape);
      const begin = x.shape.map(() => 0);
      return backend_util.prepareSplitSize(x as Tensor, numOrSizeSplits, axis).map((length) => {
        const size = x.shape.with(axis, length);
        const attrs = { begin: [...begin], size };
        begin[axis] += length;
        return sliced(x, attrs.begin, size, backend) ?? inherited('Slice', { x }, attrs, backend);
      });
    },
  );

  register<{ x: TensorInfo }, { reps: number[] }>(backendName, 'Tile', ({ x }, { reps }, backend) => {
    const shape = x.shape.map((size, d) => size * reps[d]);
    // Each dimension twice: the repetitions, which do not move, then the elements.
    const walk = { start: 0, strides: denseStrides(x.shape).flatMap((stride) => [0, stride]) };
    const parts = x.shape.flatMap((size, d) => [reps[d], size]);
    const y = copied(x, parts, walk, backend);
    return y ? { ...y, shape } : inherited('Tile', { x }, { reps }, backend);
  });

  register<TensorInfo[], { axis: number }>(
    backendName,
    'Concat',
    (inputs, attrs, backend) =>
      concatenated(inputs, attrs.axis, backend) ??
      inherited('Concat', inputs as unknown as Record<string, TensorInfo>, { ...attrs }, backend),
  );
  registerGather(backendName);
}

function concatenated(inputs: TensorInfo[], axisParam: number, backend: HeapBackend): TensorInfo | undefined {
  const [axis] = util.parseAxisParam(axisParam, inputs[0].shape);
  const shapes = inputs.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, axis);
  const { dtype } = inputs[0];
  if (!inputs.every((x) => isCopied(x) && x.dtype === dtype)) return undefined;
  const shape = backend_util.computeOutShape(shapes, axis);
  const strides = denseStrides(shape);
  const y = backend.output(shape, dtype);
  const program = new Program();
  let start = 0;
  for (const x of inputs) {
    const from = { start: 0, strides: denseStrides(x.shape) };
    const fits =
      util.sizeFromShape(x.shape) === 0 ||
      addCopy(program, backend.address(x), backend.address(y), { sizes: x.shape, from, to: { start, strides } });
    if (!fits) {
      backend.disposeIntermediateTensorInfo(y);
      return undefined;
    }
    start += x.shape[axis] * strides[axis];
  }
  if (program.words.length > 0) backend.run(() => program);
  return y;
}

function registerGather(backendName: string): void {
  register<{ x: TensorInfo; indices: TensorInfo }, { axis: number; batchDims: number }>(
    backendName,
    'GatherV2',
    ({ x, indices }, attrs, backend) => {
      const [axis] = util.parseAxisParam(attrs.axis, x.shape);
      if (axis !== 0 || attrs.batchDims || x.dtype !== 'float32' || indices.dtype !== 'int32')
        return inherited('GatherV2', { x, indices }, { ...attrs }, backend);
      const [rows, ...rest] = x.shape;
      for (const id of backend.values(indices) as Int32Array)
        util.assert(id >= 0 && id < rows, () => `GatherV2: the index value ${id} is not in [0, ${rows - 1}]`);
      const [count, width] = [util.sizeFromShape(indices.shape), util.sizeFromShape(rest)];
      const y = backend.output([...indices.shape, ...rest]);
      const addresses = [x, indices, y].map((tensor) => backend.address(tensor));
      backend.run(() => new Program().small('embedding', [count, width, rows], addresses, count * width));
      return y;
    },
  );
}
