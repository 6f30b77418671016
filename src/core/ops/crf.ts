import * as tf from '@tensorflow/tfjs-core';
import { decode, likelihoodGradients, logLikelihoods, marginals, type CrfChain } from './crf-loops';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';

/** What tags may follow one another: 1 where they may, 0 where not. */
export interface AllowedTransitions {
  /** [K, K], from row to column. */
  transitions: tf.Tensor2D;
  /** [K]: tags that may come first. */
  start: tf.Tensor1D;
  /** [K]: tags that may come last. */
  end: tf.Tensor1D;
}

/** The score of what is not allowed: far below every other, but finite, so that no gradient becomes NaN. */
const FORBIDDEN = -1e9;

/**
 * ln P(tags) under a linear-chain conditional random field (Lafferty et al., 2001), for each sequence:
 *
 *     score(tags) = start[tag_0] + Σ_t emissions[t, tag_t] + Σ_t transitions[tag_t, tag_t+1] + end[tag_last]
 *     ln P(tags) = score(tags) − ln Σ_all e^score
 *
 * @param emissions [B, T, K]
 * @param tags [B, T] int32, each in [0, K) as far as its sequence goes
 * @param lengths [B] int32, each in [0, T]; a sequence of length 0 gives 0
 * @param transitions [K, K], from row to column
 * @param start [K]
 * @param end [K]
 * @param allowed leaves tag sequences out of the sum; tags that break it have a vanishing probability
 * @returns [B]
 */
export function crfLogLikelihood(
  emissions: tf.Tensor3D,
  tags: tf.Tensor2D,
  lengths: tf.Tensor1D,
  transitions: tf.Tensor2D,
  start: tf.Tensor1D,
  end: tf.Tensor1D,
  allowed?: AllowedTransitions,
): tf.Tensor1D {
  const parameters = constrained({ transitions, start, end }, allowed);
  if (hasKernel('CrfLogLikelihood'))
    return runKernel<tf.Tensor[]>('CrfLogLikelihood', { emissions, tags, lengths, ...parameters })[0] as tf.Tensor1D;
  const wanted = tags.dataSync<'int32'>();
  const likelihood = tf.customGrad((...inputs) => {
    const [e, steps, first, last] = inputs as tf.Tensor[];
    const chain = chainOf(e, lengths, { transitions: steps, start: first, end: last });
    return {
      value: tf.tensor1d(logLikelihoods(chain, wanted)),
      gradFunc: (dy: tf.Tensor) => {
        const { demissions, dtransitions, dstart, dend } = likelihoodGradients(chain, wanted, dy.dataSync());
        const { tags: count } = chain;
        const flat = [tf.tensor1d(dstart), tf.tensor1d(dend)];
        return [tf.tensor(demissions, emissions.shape), tf.tensor2d(dtransitions, [count, count]), ...flat];
      },
    };
  });
  return likelihood(emissions, parameters.transitions, parameters.start, parameters.end) as tf.Tensor1D;
}

registerKernelGradient(
  'CrfLogLikelihood',
  { inputs: ['emissions', 'tags', 'lengths', 'transitions', 'start', 'end'], outputs: [false, true, true] },
  ([dy], [emissions, tags, lengths, transitions, start, end, alpha, logZ]) => {
    const inputs = { emissions, tags, lengths, transitions, start, end, alpha, logZ, dy };
    return named(['emissions', 'transitions', 'start', 'end'], runKernel<tf.Tensor[]>('CrfLogLikelihoodGrad', inputs));
  },
);

/**
 * P(tag_t = k) given the whole sequence, by the forward-backward algorithm. Parameters as of `crfLogLikelihood`.
 * There is no gradient.
 * @returns [B, T, K]; 0 behind the end of a sequence
 */
export function crfMarginals(
  emissions: tf.Tensor3D,
  lengths: tf.Tensor1D,
  transitions: tf.Tensor2D,
  start: tf.Tensor1D,
  end: tf.Tensor1D,
  allowed?: AllowedTransitions,
): tf.Tensor3D {
  return tf.tidy(() => {
    const parameters = constrained({ transitions, start, end }, allowed);
    if (hasKernel('CrfMarginals')) return runKernel<tf.Tensor3D>('CrfMarginals', { emissions, lengths, ...parameters });
    return tf.tensor3d(marginals(chainOf(emissions, lengths, parameters)), emissions.shape);
  });
}

/**
 * The most probable tags (Viterbi, 1967); of equally probable ones the lower numbers. Parameters as of
 * `crfLogLikelihood`.
 * @returns tags [B, T] int32, −1 behind the end of a sequence, and their scores [B]
 */
export function crfDecode(
  emissions: tf.Tensor3D,
  lengths: tf.Tensor1D,
  transitions: tf.Tensor2D,
  start: tf.Tensor1D,
  end: tf.Tensor1D,
  allowed?: AllowedTransitions,
): { tags: tf.Tensor2D; scores: tf.Tensor1D } {
  return tf.tidy(() => {
    const parameters = constrained({ transitions, start, end }, allowed);
    if (hasKernel('CrfDecode')) {
      const [tags, scores] = runKernel<tf.Tensor[]>('CrfDecode', { emissions, lengths, ...parameters });
      return { tags: tags as tf.Tensor2D, scores: scores as tf.Tensor1D };
    }
    const { tags, scores } = decode(chainOf(emissions, lengths, parameters));
    const [batch, time] = emissions.shape;
    return { tags: tf.tensor2d(tags, [batch, time], 'int32'), scores: tf.tensor1d(scores) };
  });
}

interface Parameters {
  transitions: tf.Tensor;
  start: tf.Tensor;
  end: tf.Tensor;
}

/** The parameters with `FORBIDDEN` in the place of what is not allowed. */
function constrained({ transitions, start, end }: Parameters, allowed?: AllowedTransitions): Parameters {
  if (!allowed) return { transitions, start, end };
  const mask = (scores: tf.Tensor, may: tf.Tensor) =>
    tf.where(tf.cast(may, 'bool'), scores, tf.fill(scores.shape, FORBIDDEN));
  return {
    transitions: mask(transitions, allowed.transitions),
    start: mask(start, allowed.start),
    end: mask(end, allowed.end),
  };
}

function chainOf(emissions: tf.Tensor, lengths: tf.Tensor1D, { transitions, start, end }: Parameters): CrfChain {
  const [, time, tags] = emissions.shape as [number, number, number];
  const [values, ends, steps, first, last] = [emissions, lengths, transitions, start, end].map((tensor) =>
    Float32Array.from(tensor.dataSync()),
  );
  return { time, tags, emissions: values, lengths: ends, transitions: steps, start: first, end: last };
}
