import { util } from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { inherited, register } from './kernel';

/**
 * Cast of TF.js. The cpu's shares the values of an int32 tensor with the float32 one, which works only as long as
 * nobody looks at the bits; here whole numbers are converted.
 */
export function registerCast(backendName: string): void {
  register<{ x: TensorInfo }, { dtype: DataType }>(backendName, 'Cast', ({ x }, { dtype }, backend) => {
    const widens = (x.dtype === 'bool' || x.dtype === 'int32') && (dtype === 'int32' || dtype === 'float32');
    if (!widens || x.dtype === dtype) return inherited('Cast', { x }, { dtype }, backend);
    const y = backend.output(x.shape, dtype, util.sizeFromShape(x.shape));
    backend.values(y).set(backend.values(x));
    return y;
  });
}
