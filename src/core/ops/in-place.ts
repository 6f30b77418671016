import { backend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/** What a backend offers whose tensors may be looked at, and changed, where they lie. */
interface InPlace {
  inPlace(tensor: TensorInfo): Float32Array | Int32Array;
}

/**
 * The values of a float32 or int32 tensor where they lie, without a copy, valid until it is disposed of; what kernels change
 * is seen in them. On a backend that cannot show them, what `dataSync` gives.
 */
export function valuesInPlace<T extends Float32Array | Int32Array = Float32Array>(tensor: Tensor): T {
  const current = backend() as Partial<InPlace>;
  return (current.inPlace?.(tensor) ?? tensor.dataSync()) as T;
}
