import type { Evaluation, Learner } from '../../src/core/training/learner';

/** The figures of a whole evaluation; undefined when nothing is held out, or `shouldStop`, asked between slices, says so. */
export function evaluateWhole(learner: Learner, shouldStop = () => false): Evaluation | undefined {
  if (!learner.hasValidation) return undefined;
  const slices = learner.evaluateInSlices();
  for (let slice = slices.next(); ; slice = slices.next()) {
    if (slice.done) return slice.value;
    if (shouldStop()) {
      slices.return(undefined as never); // disposes of its tensors
      return undefined;
    }
  }
}
