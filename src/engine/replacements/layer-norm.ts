import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program, floatWord } from '../program';
import { expectShape, register } from './kernel';

/** Work of one element, in multiplications. */
const ELEMENT = 6;

/**
 * LayerNorm: x [..., H], gain [H], bias [H], attribute epsilon -> y [..., H], moments [rows, 2].
 * LayerNormGrad: x, gain, moments, dy, attribute epsilon -> dx, dgain, dbias.
 */
export function registerLayerNorm(backendName: string): void {
  const wordsOf = (kernel: string, x: TensorInfo, gain: TensorInfo, epsilon: number) => {
    const width = x.shape[x.shape.length - 1];
    expectShape(kernel, 'gain', gain, [width]);
    const count = util.sizeFromShape(x.shape);
    const rows = width === 0 ? 0 : count / width;
    return { rows, width, work: count * ELEMENT, words: [rows, width, floatWord(epsilon)] };
  };
  register<{ x: TensorInfo; gain: TensorInfo; bias: TensorInfo }, { epsilon: number }>(
    backendName,
    'LayerNorm',
    ({ x, gain, bias }, { epsilon }, backend) => {
      const { rows, width, work, words } = wordsOf('LayerNorm', x, gain, epsilon);
      expectShape('LayerNorm', 'bias', bias, [width]);
      const outputs = [backend.output(x.shape), backend.output([rows, 2])];
      const [atY, atMoments] = outputs.map((tensor) => backend.address(tensor));
      const [atX, atGain, atBias] = [x, gain, bias].map((tensor) => backend.address(tensor));
      backend.run(() => new Program().add('layerNorm', [...words, atX, atGain, atMoments, atBias, atY], work));
      return outputs;
    },
  );

  register<{ x: TensorInfo; gain: TensorInfo; moments: TensorInfo; dy: TensorInfo }, { epsilon: number }>(
    backendName,
    'LayerNormGrad',
    ({ x, gain, moments, dy }, { epsilon }, backend) => {
      const { rows, width, work, words } = wordsOf('LayerNormGrad', x, gain, epsilon);
      expectShape('LayerNormGrad', 'moments', moments, [rows, 2]);
      expectShape('LayerNormGrad', 'dy', dy, x.shape);
      const gradients = [x.shape, [width], [width]].map((shape) => backend.output(shape));
      const addresses = [x, gain, moments, dy, ...gradients].map((tensor) => backend.address(tensor));
      backend.run(() => new Program().add('layerNormBackward', [...words, ...addresses], 2 * work));
      return gradients;
    },
  );
}
