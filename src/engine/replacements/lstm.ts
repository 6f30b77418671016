import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program } from '../program';
import { expectShape, register } from './kernel';
import { beginBackward, beginForward, sequenceScratch, sequenceWork, weightGradients } from './sequence';
import type { SequenceSize } from './sequence';

const GATES = 4;

/** The reserve's parts: gates [T, B, 4H], cells [T + 1, B, H], tanh of the cells [T, B, H]. */
function reserveParts({ time, batch, units }: SequenceSize) {
  const step = batch * units;
  const gates = time * step * GATES;
  const cells = (time + 1) * step;
  return { cells: gates, tanhCells: gates + cells, floats: gates + cells + time * step };
}

/** Addresses of the reserve's parts, in the order of kernels/recurrent.c. */
function reserveAddresses(backend: HeapBackend, reserve: TensorInfo, size: SequenceSize): number[] {
  const address = backend.address(reserve);
  const { cells, tanhCells } = reserveParts(size);
  return [address, address + cells * 4, address + tanhCells * 4];
}

interface LstmInputs {
  x: TensorInfo;
  weight: TensorInfo;
  bias: TensorInfo;
  h0: TensorInfo;
  c0: TensorInfo;
}
interface LstmGradInputs {
  weight: TensorInfo;
  h0: TensorInfo;
  c0: TensorInfo;
  y: TensorInfo;
  reserve: TensorInfo;
  dy: TensorInfo;
  dhN: TensorInfo;
  dcN: TensorInfo;
}

/**
 * LstmSequence: x [T, B, 4H] (W_ih·x + b_ih, gates i, f, g, o), weight [4H, H], bias [4H], h0 and c0 [B, H]
 *   -> y [T, B, H], hN [B, H], cN [B, H], reserve [1] (opaque).
 * LstmSequenceGrad: weight, h0, c0, y, reserve, dy [T, B, H], dhN and dcN [B, H]
 *   -> dx [T, B, 4H], dweight [4H, H], dbias [4H], dh0 and dc0 [B, H].
 */
export function registerLstm(backendName: string): void {
  register<LstmInputs>(backendName, 'LstmSequence', ({ x, weight, bias, h0, c0 }, _, backend) => {
    const [time, batch] = x.shape;
    const units = h0.shape[1];
    expectShape('LstmSequence', 'x', x, [time, batch, GATES * units]);
    expectShape('LstmSequence', 'weight', weight, [GATES * units, units]);
    expectShape('LstmSequence', 'bias', bias, [GATES * units]);
    expectShape('LstmSequence', 'h0', h0, [batch, units]);
    expectShape('LstmSequence', 'c0', c0, [batch, units]);
    const size = { time, batch, units, gates: GATES };
    const { tileColumns } = backend.pool.facts;
    const outputs = [
      backend.output([time, batch, units]),
      backend.output([batch, units]),
      backend.output([batch, units]),
    ];
    const reserve = backend.output([1], 'float32', reserveParts(size).floats);
    const inputs = [x, bias, h0, c0].map((tensor) => backend.address(tensor));
    const atWeight = backend.address(weight);
    backend.run((scratch) => {
      const program = new Program();
      const words = beginForward(program, size, atWeight, scratch, tileColumns);
      words.push(
        ...inputs,
        ...outputs.map((tensor) => backend.address(tensor)),
        ...reserveAddresses(backend, reserve, size),
      );
      return program.add('lstmForward', words, sequenceWork(size));
    }, sequenceScratch(size, tileColumns).floats);
    return [...outputs, reserve];
  });

  register<LstmGradInputs>(
    backendName,
    'LstmSequenceGrad',
    ({ weight, h0, c0, y, reserve, dy, dhN, dcN }, _, backend) => {
      const [time, batch, units] = y.shape;
      expectShape('LstmSequenceGrad', 'weight', weight, [GATES * units, units]);
      expectShape('LstmSequenceGrad', 'dy', dy, y.shape);
      for (const [name, state] of Object.entries({ h0, c0, dhN, dcN }))
        expectShape('LstmSequenceGrad', name, state, [batch, units]);
      const size = { time, batch, units, gates: GATES };
      const { tileColumns } = backend.pool.facts;
      const dx = backend.output([time, batch, GATES * units]);
      const [dweight, dbias] = [backend.output([GATES * units, units]), backend.output([GATES * units])];
      const [dh0, dc0] = [backend.output([batch, units]), backend.output([batch, units])];
      const gradients = [dy, dhN, dcN, dx, dh0, dc0].map((tensor) => backend.address(tensor));
      const [atWeight, dgates] = [backend.address(weight), backend.address(dx)];
      backend.run((scratch) => {
        const program = new Program();
        const words = beginBackward(program, size, atWeight, scratch, tileColumns);
        words.push(...reserveAddresses(backend, reserve, size), ...gradients);
        program.add('lstmBackward', words, sequenceWork(size));
        weightGradients(program, size, backend, { dgates, h0, y, dweight, dbias });
        return program;
      }, sequenceScratch(size, tileColumns).floats);
      return [dx, dweight, dbias, dh0, dc0];
    },
  );
}
