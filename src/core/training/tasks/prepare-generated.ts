import { RecurrentClassifier } from '../../models/recurrent-classifier';
import { SeriesModel } from '../../models/series-model';
import { Random } from '../../random';
import { hasModel, type Recipe } from '../../recipe/schema';
import { addingBatch, COPIED, COPIED_SYMBOLS, copySteps, SYMBOLS } from '../../text/synthetic';
import { ExampleLearner } from '../example-learner';
import type { Checkpoint, Counter, Evaluation } from '../learner';
import { AddingTask, CopyTask, HELD_OUT, measureSums, type Origin } from './generated';
import type { PreparedTask } from './prepared';

/** The model of a recipe whose data come from its seed, and what answering without memory reaches. */
export function prepareGenerated(recipe: Recipe): PreparedTask {
  const origin: Origin = { seed: recipe.seed, length: recipe.training.length };
  const random = new Random(recipe.seed);
  const task = taskOf(recipe, origin, random);
  const baseline = recipe.task === 'adding-problem' ? alwaysOne(origin) : blanksThenGuess(origin);
  return {
    prepared: {
      model: new ExampleLearner(recipe, task, random),
      baselines: recipe.evaluation.baseline ? [baseline] : [],
    },
    assets: {},
    statistics: {
      characters: 0,
      trainTokens: 0,
      validationTokens: HELD_OUT * task.lengths,
      vocabulary: 0,
      unknown: 0,
    },
  };
}

function taskOf(recipe: Recipe, origin: Origin, random: Random): AddingTask | CopyTask {
  if (!hasModel(recipe, 'recurrent')) throw new Error('Only recurrent models learn generated problems.');
  return recipe.task === 'adding-problem'
    ? new AddingTask(new RecurrentClassifier({ ...recipe.model, reads: { columns: 2 }, classes: 1 }, random), origin)
    : new CopyTask(new SeriesModel({ ...recipe.model, columns: SYMBOLS }, random), origin);
}

/** Always the expected sum, 1: its squared error is the sum's variance, 2/12 but for chance. */
function alwaysOne({ seed, length }: Origin): Counter {
  return new ConstantCounter('always 1', () => {
    const numbers = Int32Array.from({ length: HELD_OUT }, (_, k) => k);
    const { sums } = addingBatch(numbers, { seed, length, part: 'held-out' });
    const { loss, targets, right, counted } = measureSums(sums, new Float32Array(HELD_OUT).fill(1));
    return { loss: loss / targets, tokens: targets, accuracy: right / counted };
  });
}

/** Blanks where blanks belong, and an even guess for each symbol: 10 · ln 8 nats a sequence, without any memory. */
function blanksThenGuess({ length }: Origin): Counter {
  const steps = copySteps(length);
  return new ConstantCounter('blanks, then an even guess', () => ({
    loss: (COPIED * Math.log(COPIED_SYMBOLS)) / steps,
    tokens: HELD_OUT * steps,
    accuracy: 1 / COPIED_SYMBOLS,
  }));
}

/** An answer that nothing has to be learned for. */
class ConstantCounter implements Counter {
  readonly kind = 'counts';
  readonly parameterCount = 0;
  readonly hasValidation = true;

  constructor(
    readonly name: string,
    private readonly evaluate: () => Evaluation,
  ) {}

  *fitInSlices(): Generator<number, void> {
    // Nothing is learned.
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    yield;
    return this.evaluate();
  }

  *sampleInSlices(): Generator<string, void> {
    // The same answer each time says nothing that the figures do not.
  }

  checkpoint(): Checkpoint {
    return { tensors: [], metadata: {} };
  }

  dispose(): void {
    // Holds no tensors.
  }
}
