import { UserError } from '../errors';
import { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import { shuffled } from './bucket-batches';
import { heldOutCount } from './split';

/**
 * Divides `count` examples into those to learn from and those held back, by index, each in ascending order: the fold
 * `evaluation.fold` of `evaluation.folds`, or the share `evaluation.heldOut`, drawn by the seed or (split "contiguous")
 * the end. The same seed gives the same split. A share above 0 holds back one example at least. Throws UserError when
 * there are too few examples, or no such fold.
 */
export function splitExamples(
  count: number,
  evaluation: Pick<Recipe['evaluation'], 'heldOut' | 'split' | 'folds' | 'fold'>,
  seed: number,
): { train: Int32Array; validation: Int32Array } {
  const { heldOut, split, folds, fold } = evaluation;
  if (count < 2 && (heldOut > 0 || folds > 0)) {
    throw new UserError(
      `There ${count === 1 ? 'is 1 example' : 'are no examples'}, and at least 2 are needed to learn from some and measure on others: add examples or set evaluation.heldOut to 0.`,
    );
  }
  const order =
    split === 'contiguous'
      ? Int32Array.from({ length: count }, (_, index) => index)
      : shuffled(count, new Random(seed));
  const [from, to] = folds > 0 ? foldRange(count, folds, fold) : [count - heldBack(count, heldOut), count];
  const train = new Int32Array(count - (to - from));
  train.set(order.subarray(0, from));
  train.set(order.subarray(to), from);
  return { train: train.sort(), validation: order.slice(from, to).sort() };
}

function heldBack(count: number, share: number): number {
  return share > 0 ? Math.max(1, heldOutCount(count, share)) : 0;
}

/** Folds differ by one example at most. */
function foldRange(count: number, folds: number, fold: number): [from: number, to: number] {
  if (folds < 2) throw new UserError('evaluation.folds is 1, which leaves nothing to learn from: set it to 2 or more.');
  if (fold >= folds) {
    throw new UserError(
      `evaluation.fold is ${fold}, and the ${folds} folds are 0 to ${folds - 1}: choose one of them.`,
    );
  }
  if (folds > count) {
    throw new UserError(`evaluation.folds is ${folds}, more than the ${count} examples: set it to ${count} or less.`);
  }
  return [Math.floor((count * fold) / folds), Math.floor((count * (fold + 1)) / folds)];
}
