import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program } from '../program';
import { expectShape, register } from './kernel';
import { beginBackward, beginForward, sequenceScratch, sequenceWork, weightGradients } from './sequence';

const GATES = 3;

interface GruInputs {
  x: TensorInfo;
  weight: TensorInfo;
  bias: TensorInfo;
  h0: TensorInfo;
}
interface GruGradInputs {
  weight: TensorInfo;
  bias: TensorInfo;
  h0: TensorInfo;
  y: TensorInfo;
  reserve: TensorInfo;
  dy: TensorInfo;
  dhN: TensorInfo;
}

/**
 * GruSequence (reset after the product): x [T, B, 3H] (W_ih·x + b_ih, gates r, z, n), weight [3H, H], bias [3H],
 *   h0 [B, H] -> y [T, B, H], hN [B, H], reserve [1] (opaque: r, z, n and W_n·h + b_n, [T, B, 4H]).
 * GruSequenceGrad: weight, bias, h0, y, reserve, dy [T, B, H], dhN [B, H]
 *   -> dx [T, B, 3H], dweight [3H, H], dbias [3H], dh0 [B, H].
 */
export function registerGru(backendName: string): void {
  register<GruInputs>(backendName, 'GruSequence', ({ x, weight, bias, h0 }, _, backend) => {
    const [time, batch] = x.shape;
    const units = h0.shape[1];
    expectShape('GruSequence', 'x', x, [time, batch, GATES * units]);
    expectShape('GruSequence', 'weight', weight, [GATES * units, units]);
    expectShape('GruSequence', 'bias', bias, [GATES * units]);
    expectShape('GruSequence', 'h0', h0, [batch, units]);
    const size = { time, batch, units, gates: GATES };
    const { tileColumns } = backend.pool.facts;
    const [y, hN] = [backend.output([time, batch, units]), backend.output([batch, units])];
    const reserve = backend.output([1], 'float32', time * batch * units * 4);
    const addresses = [x, bias, h0, y, hN, reserve].map((tensor) => backend.address(tensor));
    const atWeight = backend.address(weight);
    backend.run((scratch) => {
      const program = new Program();
      const words = beginForward(program, size, atWeight, scratch, tileColumns);
      return program.add('gruForward', [...words, ...addresses], sequenceWork(size));
    }, sequenceScratch(size, tileColumns).floats);
    return [y, hN, reserve];
  });

  register<GruGradInputs>(backendName, 'GruSequenceGrad', ({ weight, bias, h0, y, reserve, dy, dhN }, _, backend) => {
    const [time, batch, units] = y.shape;
    expectShape('GruSequenceGrad', 'weight', weight, [GATES * units, units]);
    expectShape('GruSequenceGrad', 'bias', bias, [GATES * units]);
    expectShape('GruSequenceGrad', 'dy', dy, y.shape);
    expectShape('GruSequenceGrad', 'h0', h0, [batch, units]);
    expectShape('GruSequenceGrad', 'dhN', dhN, [batch, units]);
    const size = { time, batch, units, gates: GATES };
    const { tileColumns } = backend.pool.facts;
    const dx = backend.output([time, batch, GATES * units]);
    const [dweight, dbias] = [backend.output([GATES * units, units]), backend.output([GATES * units])];
    const dh0 = backend.output([batch, units]);
    const kept = [reserve, h0, y, dy, dhN].map((tensor) => backend.address(tensor));
    const [atWeight, atDx, atDh0] = [weight, dx, dh0].map((tensor) => backend.address(tensor));
    const { floats } = sequenceScratch(size, tileColumns);
    const hiddenGradients = time * batch * GATES * units;
    backend.run((scratch) => {
      const program = new Program();
      // The candidate's hidden product is scaled by r, so its gradient differs from x's and has a block of its own.
      const dgates = scratch + floats * 4;
      const words = beginBackward(program, size, atWeight, scratch, tileColumns);
      program.add('gruBackward', [...words, ...kept, atDx, dgates, atDh0], sequenceWork(size));
      weightGradients(program, size, backend, { dgates, h0, y, dweight, dbias });
      return program;
    }, floats + hiddenGradients);
    return [dx, dweight, dbias, dh0];
  });
}
