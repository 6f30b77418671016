import type { TensorInfo } from '@tensorflow/tfjs-core';
import { register } from './kernel';
import { copyOut, layOut } from './sequence';
import { BackwardPass, ForwardPass } from './sequence-pass';
import type { BackwardInputs, ForwardInputs, SequenceAttrs } from './sequence-pass';

const GATES = 4;

export interface LstmInputs extends ForwardInputs {
  c0: TensorInfo;
}
export interface LstmGradInputs extends BackwardInputs {
  c0: TensorInfo;
  dcN: TensorInfo;
}

/** The reserve: what the products read (see `keepsRead`), gates [T, B, 4H], cells [T + 1, B, H], their tanh [T, B, H]. */
export function lstmReserve({ size: { time, batch, units }, readFloats }: ForwardPass | BackwardPass) {
  const step = batch * units;
  return layOut([readFloats, time * step * GATES, (time + 1) * step, time * step]);
}

/** The gates [T, B, 4H] and the cells after each step [T, B, H], from a reserve. */
export function lstmTrace(pass: ForwardPass, reserve: TensorInfo): TensorInfo[] {
  const { time, batch, units, reversed } = pass.size;
  const [, gates, cells] = lstmReserve(pass).offsets.map((bytes) => bytes / 4);
  const after = cells + (reversed ? 0 : batch * units);
  return [
    copyOut(pass.backend, reserve, gates, GATES * units, [time, batch, GATES * units]),
    copyOut(pass.backend, reserve, after, units, [time, batch, units]),
  ];
}

/**
 * LstmSequence: x [T, B, 4H] (W_ih·x + b_ih, gates i, f, g, o) or a table of it with ids, weight [4H, H], bias [4H],
 *   h0 and c0 [B, H], and what `OptionalInputs` says
 *   -> y [T, B, H], hN [B, H], cN [B, H], reserve [1] (opaque).
 * LstmSequenceGrad: weight, h0, c0, y, reserve, dy [T, B, H], dhN and dcN [B, H], and the same options
 *   -> dx like x, dweight [4H, H], dbias [4H], dh0 and dc0 [B, H].
 */
export function registerLstm(backendName: string): void {
  register<LstmInputs, SequenceAttrs>(backendName, 'LstmSequence', (inputs, attrs, backend) => {
    const pass = new ForwardPass('LstmSequence', backend, inputs, attrs, GATES);
    pass.expect('c0', inputs.c0, pass.hN.shape);
    const cN = backend.output(pass.hN.shape);
    const { offsets, floats } = lstmReserve(pass);
    const reserve = backend.output([1], 'float32', floats);
    const [, ...kept] = offsets.map((offset) => backend.address(reserve) + offset);
    pass.run('lstmForward', reserve, [backend.address(inputs.c0), backend.address(cN), ...kept]);
    return [pass.y, pass.hN, cN, reserve, ...(attrs.trace ? lstmTrace(pass, reserve) : [])];
  });

  register<LstmGradInputs, SequenceAttrs>(backendName, 'LstmSequenceGrad', (inputs, attrs, backend) => {
    const pass = new BackwardPass('LstmSequenceGrad', backend, inputs, attrs, GATES);
    const { dx, dweight, dbias, dh0, squares } = pass;
    for (const name of ['c0', 'dcN'] as const) pass.expect(name, inputs[name], dh0.shape);
    const dc0 = backend.output(dh0.shape);
    const [, ...kept] = lstmReserve(pass).offsets.map((offset) => backend.address(inputs.reserve) + offset);
    const states = [backend.address(inputs.dcN), backend.address(dc0)];
    pass.run({ operation: 'lstmBackward', words: () => [...states, ...kept] });
    return [dx, dweight, dbias, dh0, dc0, ...squares];
  });
}
