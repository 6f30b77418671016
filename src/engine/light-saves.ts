import { engine, type Tensor } from '@tensorflow/tfjs-core';
import type { HeapBackend } from './backend';

/** What TF.js keeps its saved tensors with; it is not in its types. */
interface Cloning {
  clone(x: Tensor): Tensor;
}

/**
 * What TF.js keeps of a forward pass for the backward one is kept without running a kernel for each tensor and without
 * recording that on the tape, which is about a tenth of what a small training step spends outside of kernels. Where
 * gradients are taken of gradients, and on other backends, all is as TF.js does it.
 *
 * @param isOurs whether the backend that is current is the one that this is for
 */
export function saveLightly(isOurs: () => boolean): void {
  const tfjs = engine();
  const cloning = tfjs as unknown as Cloning;
  const theirs = cloning.clone.bind(tfjs);
  cloning.clone = (x) => {
    if (tfjs.state.gradientDepth !== 1 || !isOurs()) return theirs(x);
    const { dataId, shape, dtype } = x;
    (tfjs.backend as HeapBackend).incRef(dataId);
    return tfjs.makeTensorFromTensorInfo({ dataId, shape, dtype });
  };
}
