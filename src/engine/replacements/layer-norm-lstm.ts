import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Program } from '../program';
import { register } from './kernel';
import { lstmReserve, lstmTrace, type LstmGradInputs, type LstmInputs } from './lstm';
import { layOut, weightGradient } from './sequence';
import { BackwardPass, ForwardPass } from './sequence-pass';
import type { BackwardBlocks, SequenceAttrs } from './sequence-pass';

const GATES = 4;

interface Gains {
  gainIh: TensorInfo;
  gainHh: TensorInfo;
  gainCell: TensorInfo;
}
type NormInputs = LstmInputs & Gains & { biasCell: TensorInfo };
type NormGradInputs = LstmGradInputs & Gains;

/** The reserve: an LSTM's, then N(x) and N(W·h) [T, B, 4H], N(c) [T, B, H], and a scale of each of the three [3, T, B]. */
function normReserve(pass: ForwardPass | BackwardPass) {
  const { time, batch, units } = pass.size;
  const steps = time * batch;
  const norms = layOut([
    lstmReserve(pass).floats,
    ...[steps * units * GATES, steps * units * GATES, steps * units, steps * 3],
  ]);
  return { floats: norms.floats, offsets: norms.offsets.slice(1) };
}

function expectGains(pass: ForwardPass | BackwardPass, { gainIh, gainHh, gainCell }: Gains): void {
  const { units } = pass.size;
  pass.expect('gainIh', gainIh, [GATES * units]);
  pass.expect('gainHh', gainHh, [GATES * units]);
  pass.expect('gainCell', gainCell, [units]);
}

/**
 * LayerNormLstmSequence: as LstmSequence, but x is W_ih·x without a bias and bias is the sum of both projections';
 *   gainIh and gainHh [4H], gainCell and biasCell [H] besides.
 * LayerNormLstmSequenceGrad: as LstmSequenceGrad, with the gains
 *   -> dx like x, dweight, dbias, dh0, dc0, dgainIh, dgainHh, dgainCell, dbiasCell.
 */
export function registerLayerNormLstm(backendName: string): void {
  register<NormInputs, SequenceAttrs>(backendName, 'LayerNormLstmSequence', (inputs, attrs, backend) => {
    const pass = new ForwardPass('LayerNormLstmSequence', backend, inputs, attrs, GATES);
    const { c0, gainIh, gainHh, gainCell, biasCell } = inputs;
    pass.expect('c0', c0, pass.hN.shape);
    expectGains(pass, inputs);
    pass.expect('biasCell', biasCell, gainCell.shape);
    const cN = backend.output(pass.hN.shape);
    const norms = normReserve(pass);
    const reserve = backend.output([1], 'float32', norms.floats);
    const at = (offset: number) => backend.address(reserve) + offset;
    const [, ...kept] = lstmReserve(pass).offsets.map(at);
    const gains = [gainIh, gainHh, gainCell, biasCell].map((tensor) => backend.address(tensor));
    const states = [backend.address(c0), backend.address(cN)];
    pass.run('layerNormLstmForward', reserve, [...states, ...kept, ...gains, ...norms.offsets.map(at)]);
    return [pass.y, pass.hN, cN, reserve, ...(attrs.trace ? lstmTrace(pass, reserve) : [])];
  });

  register<NormGradInputs, SequenceAttrs>(backendName, 'LayerNormLstmSequenceGrad', (inputs, attrs, backend) => {
    const pass = new BackwardPass('LayerNormLstmSequenceGrad', backend, inputs, attrs, GATES);
    const { time, batch, units } = pass.size;
    for (const name of ['c0', 'dcN'] as const) pass.expect(name, inputs[name], pass.dh0.shape);
    expectGains(pass, inputs);
    const dc0 = backend.output(pass.dh0.shape);
    const [dgainIh, dgainHh] = [backend.output([GATES * units]), backend.output([GATES * units])];
    const [dgainCell, dbiasCell] = [backend.output([units]), backend.output([units])];
    const [rows, width] = [time * batch, GATES * units];
    if (rows === 0) for (const empty of [dgainIh, dgainHh, dgainCell, dbiasCell]) backend.values(empty).fill(0);

    const at = (offset: number) => backend.address(inputs.reserve) + offset;
    const [, ...kept] = lstmReserve(pass).offsets.map(at);
    const norms = normReserve(pass).offsets.map(at);
    const [normX, normH, normCell] = norms;
    const gains = [inputs.gainIh, inputs.gainHh, inputs.gainCell].map((tensor) => backend.address(tensor));
    const sums = [dgainIh, dgainHh, dgainCell, dbiasCell].map((tensor) => backend.address(tensor));
    const states = [backend.address(inputs.dcN), backend.address(dc0)];
    // The gradients of the gates before their activations [T, B, 4H], and of the normalised cell [T, B, H].
    const own = layOut([rows * width, rows * units]);
    const gradients = (program: Program, blocks: BackwardBlocks) => {
      weightGradient(program, pass.size, blocks, blocks);
      const [da, dn] = own.offsets.map((offset) => blocks.own + offset);
      program.small('columnSums', [rows, width], [da, blocks.dbias], rows * width);
      program.add('productSums', [rows, width, da, normX, sums[0]], rows * width);
      program.add('productSums', [rows, width, da, normH, sums[1]], rows * width);
      program.add('productSums', [rows, units, dn, normCell, sums[2]], rows * units);
      program.small('columnSums', [rows, units], [dn, sums[3]], rows * units);
    };
    pass.run({
      operation: 'layerNormLstmBackward',
      separate: true,
      scratch: own.floats,
      words: (blocks) => {
        const scratch = own.offsets.map((offset) => blocks.own + offset);
        return [...states, ...kept, ...norms, ...gains, ...scratch, blocks.dx];
      },
      gradients,
    });
    const { dx, dweight, dbias, dh0, squares } = pass;
    return [dx, dweight, dbias, dh0, dc0, dgainIh, dgainHh, dgainCell, dbiasCell, ...squares];
  });
}
