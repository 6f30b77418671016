import { register } from './kernel';
import { copyOut, layOut, paddedUnits, weightGradient } from './sequence';
import { BackwardPass, ForwardPass } from './sequence-pass';
import type { BackwardBlocks, BackwardInputs, ForwardInputs, SequenceAttrs } from './sequence-pass';
import type { Program } from '../program';

const GATES = 3;

/** The reserve with the reset after: what the products read (see `keepsRead`), r, z, n and W_n·h + b_n [T, B, 4H]. */
function reserveAfter({ size: { time, batch, units }, readFloats }: ForwardPass | BackwardPass) {
  return layOut([readFloats, time * batch * units * 4]);
}

/** The reserve with the reset before: what the first products read, r, z, n [T, B, 3H], what the third read [T, B, H]. */
function reserveBefore({ size: { time, batch, units }, readFloats }: ForwardPass | BackwardPass) {
  const steps = time * batch * units;
  return layOut([readFloats, steps * GATES, steps]);
}

/**
 * GruSequence (reset after the product): x [T, B, 3H] (W_ih·x + b_ih, gates r, z, n) or a table of it with ids, weight
 *   [3H, H], bias [3H], h0 [B, H], and what `OptionalInputs` says -> y [T, B, H], hN [B, H], reserve [1] (opaque).
 * GruSequenceGrad: weight, h0, y, reserve, dy [T, B, H], dhN [B, H], and the same options
 *   -> dx like x, dweight [3H, H], dbias [3H], dh0 [B, H].
 * GruResetBeforeSequence and GruResetBeforeSequenceGrad: the same with the reset before the product.
 */
export function registerGru(backendName: string): void {
  registerResetAfter(backendName);
  registerResetBefore(backendName);
}

function registerResetAfter(backendName: string): void {
  register<ForwardInputs, SequenceAttrs>(backendName, 'GruSequence', (inputs, attrs, backend) => {
    const pass = new ForwardPass('GruSequence', backend, inputs, attrs, GATES);
    const { time, batch, units } = pass.size;
    const { offsets, floats } = reserveAfter(pass);
    const reserve = backend.output([1], 'float32', floats);
    pass.run('gruForward', reserve, [backend.address(reserve) + offsets[1]]);
    const trace = attrs.trace
      ? [copyOut(backend, reserve, offsets[1] / 4, 4 * units, [time, batch, GATES * units])]
      : [];
    return [pass.y, pass.hN, reserve, ...trace];
  });

  register<BackwardInputs, SequenceAttrs>(backendName, 'GruSequenceGrad', (inputs, attrs, backend) => {
    const pass = new BackwardPass('GruSequenceGrad', backend, inputs, attrs, GATES);
    const gates = backend.address(inputs.reserve) + reserveAfter(pass).offsets[1];
    // The candidate's hidden product is scaled by r, so its gradient differs from x's and has a block of its own.
    pass.run({ operation: 'gruBackward', separate: true, words: ({ dx }) => [gates, dx] });
    return [pass.dx, pass.dweight, pass.dbias, pass.dh0, ...pass.squares];
  });
}

function registerResetBefore(backendName: string): void {
  register<ForwardInputs, SequenceAttrs>(backendName, 'GruResetBeforeSequence', (inputs, attrs, backend) => {
    const pass = new ForwardPass('GruResetBeforeSequence', backend, inputs, attrs, GATES);
    const { time, batch, units } = pass.size;
    const { offsets, floats } = reserveBefore(pass);
    const reserve = backend.output([1], 'float32', floats);
    const [, gates, reset] = offsets.map((offset) => backend.address(reserve) + offset);
    pass.run('gruResetBeforeForward', reserve, [gates, reset]);
    const width = GATES * units;
    const trace = attrs.trace ? [copyOut(backend, reserve, offsets[1] / 4, width, [time, batch, width])] : [];
    return [pass.y, pass.hN, reserve, ...trace];
  });

  register<BackwardInputs, SequenceAttrs>(backendName, 'GruResetBeforeSequenceGrad', (inputs, attrs, backend) => {
    const pass = new BackwardPass('GruResetBeforeSequenceGrad', backend, inputs, attrs, GATES);
    const { time, batch, units } = pass.size;
    const [, gates, reset] = reserveBefore(pass).offsets.map((offset) => backend.address(inputs.reserve) + offset);
    // r and z read the state, n reads r times it.
    const gradients = (program: Program, blocks: BackwardBlocks) => {
      const [first, last] = [0, 2 * units];
      weightGradient(program, pass.size, blocks, blocks, { first, count: 2 * units });
      weightGradient(program, pass.size, { ...blocks, read: reset }, blocks, { first: last, count: units });
      const [rows, width] = [time * batch, GATES * units];
      program.small('columnSums', [rows, width], [blocks.dgates, blocks.dbias], rows * width);
    };
    pass.run({
      operation: 'gruResetBeforeBackward',
      words: ({ own }) => [gates, own],
      scratch: batch * paddedUnits(units, backend.pool.facts.tileColumns),
      parts: [2, 1],
      gradients,
    });
    return [pass.dx, pass.dweight, pass.dbias, pass.dh0, ...pass.squares];
  });
}
