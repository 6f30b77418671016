import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program } from '../program';
import { expectShape, register } from './kernel';
import { beginBackward, beginForward, sequenceScratch, sequenceWork, weightGradients } from './sequence';

interface RnnInputs {
  x: TensorInfo;
  weight: TensorInfo;
  bias: TensorInfo;
  h0: TensorInfo;
}
interface RnnGradInputs {
  weight: TensorInfo;
  h0: TensorInfo;
  y: TensorInfo;
  dy: TensorInfo;
  dhN: TensorInfo;
}
interface RnnAttrs {
  activation: 'tanh' | 'relu';
}

/**
 * RnnSequence: x [T, B, H] (W_ih·x + b_ih), weight [H, H], bias [H], h0 [B, H], attribute activation
 *   -> y [T, B, H], hN [B, H].
 * RnnSequenceGrad: weight, h0, y, dy [T, B, H], dhN [B, H] -> dx [T, B, H], dweight [H, H], dbias [H], dh0 [B, H].
 */
export function registerRnn(backendName: string): void {
  register<RnnInputs, RnnAttrs>(backendName, 'RnnSequence', ({ x, weight, bias, h0 }, { activation }, backend) => {
    const [time, batch, units] = x.shape;
    expectShape('RnnSequence', 'weight', weight, [units, units]);
    expectShape('RnnSequence', 'bias', bias, [units]);
    expectShape('RnnSequence', 'h0', h0, [batch, units]);
    const size = { time, batch, units, gates: 1 };
    const { tileColumns } = backend.pool.facts;
    const [y, hN] = [backend.output([time, batch, units]), backend.output([batch, units])];
    const addresses = [x, bias, h0, y, hN].map((tensor) => backend.address(tensor));
    const atWeight = backend.address(weight);
    backend.run((scratch) => {
      const program = new Program();
      const words = beginForward(program, size, atWeight, scratch, tileColumns);
      return program.add('rnnForward', [...words, activation === 'relu' ? 1 : 0, ...addresses], sequenceWork(size));
    }, sequenceScratch(size, tileColumns).floats);
    return [y, hN];
  });

  register<RnnGradInputs, RnnAttrs>(
    backendName,
    'RnnSequenceGrad',
    ({ weight, h0, y, dy, dhN }, { activation }, backend) => {
      const [time, batch, units] = y.shape;
      expectShape('RnnSequenceGrad', 'weight', weight, [units, units]);
      expectShape('RnnSequenceGrad', 'dy', dy, y.shape);
      expectShape('RnnSequenceGrad', 'h0', h0, [batch, units]);
      expectShape('RnnSequenceGrad', 'dhN', dhN, [batch, units]);
      const size = { time, batch, units, gates: 1 };
      const { tileColumns } = backend.pool.facts;
      const dx = backend.output([time, batch, units]);
      const [dweight, dbias, dh0] = [
        backend.output([units, units]),
        backend.output([units]),
        backend.output([batch, units]),
      ];
      const addresses = [y, dy, dhN, dx, dh0].map((tensor) => backend.address(tensor));
      const [atWeight, dgates] = [backend.address(weight), backend.address(dx)];
      backend.run((scratch) => {
        const program = new Program();
        const words = beginBackward(program, size, atWeight, scratch, tileColumns);
        program.add('rnnBackward', [...words, activation === 'relu' ? 1 : 0, ...addresses], sequenceWork(size));
        weightGradients(program, size, backend, { dgates, h0, y, dweight, dbias });
        return program;
      }, sequenceScratch(size, tileColumns).floats);
      return [dx, dweight, dbias, dh0];
    },
  );
}
