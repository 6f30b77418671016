import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program } from '../program';
import { expectLengths, expectShape, register } from './kernel';
import { copyWords } from './strides';

interface CrfInputs {
  emissions: TensorInfo;
  lengths: TensorInfo;
  transitions: TensorInfo;
  start: TensorInfo;
  end: TensorInfo;
}
type TaggedInputs = CrfInputs & { tags: TensorInfo };

/** Work of one exponential, in multiplications. */
const EXPONENTIAL = 16;

/** Checks the inputs; `words` begin every operation, see kernels/crf.c. */
function sizesOf(kernel: string, inputs: CrfInputs, backend: HeapBackend) {
  const { emissions, lengths, transitions, start, end } = inputs;
  const [batch, time, tags] = emissions.shape;
  expectLengths(kernel, lengths, batch, time, backend);
  expectShape(kernel, 'transitions', transitions, [tags, tags]);
  expectShape(kernel, 'start', start, [tags]);
  expectShape(kernel, 'end', end, [tags]);
  const addresses = [emissions, lengths, transitions, start, end].map((tensor) => backend.address(tensor));
  const work = batch * time * tags * tags * EXPONENTIAL;
  return { batch, time, tags, count: batch * time * tags, work, words: [batch, time, tags, ...addresses] };
}

/** Fails unless all tags before their sequence's end are in 0..count-1. */
function expectTags(kernel: string, { tags, lengths, emissions }: TaggedInputs, backend: HeapBackend): void {
  const [batch, time, count] = emissions.shape;
  expectShape(kernel, 'tags', tags, [batch, time]);
  const [numbers, ends] = [backend.values(tags), backend.values(lengths)];
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < ends[b]; t++) {
      const tag = numbers[b * time + t];
      if (!(tag >= 0 && tag < count))
        throw new Error(`${kernel}: tag ${tag} at [${b},${t}] is outside 0 to ${count - 1}.`);
    }
}

/**
 * CrfLogLikelihood: emissions [B, T, K], tags [B, T] int32, lengths [B] int32, transitions [K, K], start [K], end [K]
 *   -> likelihoods [B], alpha (reserve [1]), logZ [B]; see core/ops/crf.ts.
 * CrfLogLikelihoodGrad: the same with alpha, logZ, dy [B] -> demissions, dtransitions, dstart, dend.
 * CrfMarginals: without tags -> [B, T, K].   CrfDecode: without tags -> tags [B, T] int32, scores [B].
 */
export function registerCrf(backendName: string): void {
  register<TaggedInputs>(backendName, 'CrfLogLikelihood', (inputs, _, backend) => {
    const { batch, count, work, words } = sizesOf('CrfLogLikelihood', inputs, backend);
    expectTags('CrfLogLikelihood', inputs, backend);
    const outputs = [backend.output([batch]), backend.output([1], 'float32', count), backend.output([batch])];
    const [likelihoods, alpha, logZ] = outputs.map((tensor) => backend.address(tensor));
    const addresses = [alpha, logZ, backend.address(inputs.tags), likelihoods];
    backend.run(() => new Program().add('crfForward', [...words, ...addresses], work));
    return outputs;
  });

  register<TaggedInputs & { alpha: TensorInfo; logZ: TensorInfo; dy: TensorInfo }>(
    backendName,
    'CrfLogLikelihoodGrad',
    (inputs, _, backend) => {
      const { batch, tags: size, count, work, words } = sizesOf('CrfLogLikelihoodGrad', inputs, backend);
      const { emissions, transitions, tags, alpha, logZ, dy } = inputs;
      expectShape('CrfLogLikelihoodGrad', 'dy', dy, [batch]);
      const shapes = [emissions.shape, transitions.shape, [size], [size]];
      const gradients = shapes.map((shape) => backend.output(shape));
      const [demissions, ...rest] = gradients.map((tensor) => backend.address(tensor));
      const [atTags, atAlpha, atLogZ, atDy] = [tags, alpha, logZ, dy].map((tensor) => backend.address(tensor));
      const turned = copyWords([size, size], [1, size], [size, 1]);
      // Scratch: emissions + beta, then the transitions, transposed.
      backend.run(
        (follow) => {
          const transposed = follow + count * 4;
          return new Program()
            .add('copy', [...turned, backend.address(transitions), transposed], size * size)
            .add('crfMarginals', [...words, atAlpha, atLogZ, transposed, demissions, follow], work)
            .add('crfGradient', [...words, demissions, atTags, atDy, 0], count)
            .add('crfPairs', [...words, atAlpha, atLogZ, follow, demissions, atTags, atDy, ...rest], work);
        },
        count + size * size + 1,
      );
      return gradients;
    },
  );

  register<CrfInputs>(backendName, 'CrfMarginals', (inputs, _, backend) => {
    const { batch, tags, count, work, words } = sizesOf('CrfMarginals', inputs, backend);
    const marginals = backend.output(inputs.emissions.shape);
    const turned = copyWords([tags, tags], [1, tags], [tags, 1]);
    // Scratch: alpha, emissions + beta, the transposed transitions, ln Z.
    backend.run(
      (alpha) => {
        const [follow, transposed] = [alpha + count * 4, alpha + 2 * count * 4];
        const logZ = transposed + tags * tags * 4;
        return new Program()
          .add('copy', [...turned, backend.address(inputs.transitions), transposed], tags * tags)
          .add('crfForward', [...words, alpha, logZ, 0, 0], work)
          .add('crfMarginals', [...words, alpha, logZ, transposed, backend.address(marginals), follow], work);
      },
      2 * count + tags * tags + batch + 1,
    );
    return marginals;
  });

  register<CrfInputs>(backendName, 'CrfDecode', (inputs, _, backend) => {
    const { batch, time, tags, count, work, words } = sizesOf('CrfDecode', inputs, backend);
    const outputs = [backend.output([batch, time], 'int32'), backend.output([batch])];
    const addresses = outputs.map((tensor) => backend.address(tensor));
    // Scratch: two rows of scores of each sequence, then where each came from.
    backend.run(
      (best) => {
        const from = best + batch * 2 * tags * 4;
        return new Program().add('crfDecode', [...words, ...addresses, best, from], work / EXPONENTIAL);
      },
      batch * 2 * tags + count + 1,
    );
    return outputs;
  });
}
