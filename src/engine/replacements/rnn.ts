import { register } from './kernel';
import { copyOut } from './sequence';
import { BackwardPass, ForwardPass } from './sequence-pass';
import type { BackwardInputs, ForwardInputs, SequenceAttrs } from './sequence-pass';

interface RnnAttrs extends SequenceAttrs {
  activation: 'tanh' | 'relu';
}

/**
 * RnnSequence: x [T, B, H] (W_ih·x + b_ih) or a table of it with ids, weight [H, H], bias [H], h0 [B, H], attribute
 *   activation, and what `OptionalInputs` says -> y [T, B, H], hN [B, H], reserve [1] (opaque).
 * RnnSequenceGrad: weight, h0, y, reserve, dy [T, B, H], dhN [B, H], and the same options
 *   -> dx like x, dweight [H, H], dbias [H], dh0 [B, H].
 */
export function registerRnn(backendName: string): void {
  register<ForwardInputs, RnnAttrs>(backendName, 'RnnSequence', (inputs, attrs, backend) => {
    const pass = new ForwardPass('RnnSequence', backend, inputs, attrs, 1);
    const { time, batch, units } = pass.size;
    const reserve = backend.output([1], 'float32', Math.max(1, pass.readFloats));
    pass.run('rnnForward', reserve, [attrs.activation === 'relu' ? 1 : 0]);
    const trace = attrs.trace ? [copyOut(backend, pass.y, 0, units, [time, batch, units])] : [];
    return [pass.y, pass.hN, reserve, ...trace];
  });

  register<BackwardInputs, RnnAttrs>(backendName, 'RnnSequenceGrad', (inputs, attrs, backend) => {
    const pass = new BackwardPass('RnnSequenceGrad', backend, inputs, attrs, 1);
    pass.run({ operation: 'rnnBackward', words: () => [attrs.activation === 'relu' ? 1 : 0] });
    return [pass.dx, pass.dweight, pass.dbias, pass.dh0, ...pass.squares];
  });
}
