import { Cancelled } from '../errors';
import { NgramLanguageModel } from './ngram/model';
import type { NgramOptions } from './ngram/options';

/** Interpolated Kneser-Ney over a running text: the model that a baseline is when nothing else is asked for. */
export class NgramModel {
  /** Counts `ids`, a few milliseconds at a time; yields the share that is done. Throws UserError. */
  static trainInSlices(ids: Int32Array, options: NgramOptions): Generator<number, NgramLanguageModel> {
    return NgramLanguageModel.trainInSlices(ids, { ...options, smoothing: 'kneser-ney' });
  }

  /** `trainInSlices` in one go. `shouldStop` is asked every few milliseconds; then Cancelled is thrown. */
  static train(
    ids: Int32Array,
    options: NgramOptions,
    onProgress?: (share: number) => void,
    shouldStop?: () => boolean,
  ): NgramLanguageModel {
    const work = NgramModel.trainInSlices(ids, options);
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      onProgress?.(value);
      if (shouldStop?.()) throw new Cancelled();
    }
  }
}
