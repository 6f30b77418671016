import { UserError } from '../../errors';
import { SeriesModel } from '../../models/series-model';
import { Random } from '../../random';
import { hasModel, type Recipe } from '../../recipe/schema';
import type { Examples } from '../../text/examples';
import { splitExamples } from '../../text/split-examples';
import { ExampleLearner } from '../example-learner';
import type { PreparedTask, TaskInput } from './prepared';
import { scaled, scalingOf } from './scaling';
import { SeriesTask, type SeriesData } from './series';
import { AutoregressionCounter, PersistenceCounter } from './series-baselines';

/** Steps without which there is nothing to learn. */
const LEAST_STEPS = 16;

/** The next value of a series. Throws UserError when the data do not fit. */
export function* prepareSeries({ recipe, examples, validation, assets }: TaskInput): Generator<number, PreparedTask> {
  const { columns, values } = seriesOf(examples);
  const held = validation && seriesOf(validation).values;
  const { train, validation: rest } = held ? { train: values, validation: held } : split(values, recipe);
  if (train.length < LEAST_STEPS) {
    throw new UserError(
      `The series has ${values.length} steps, and ${LEAST_STEPS} at least are needed to learn from it.`,
    );
  }
  yield 0.5;
  const scaling = assets?.scaling ?? scalingOf(train, columns);
  const data: SeriesData = { columns, scaling, train: scaled(train, scaling), validation: scaled(rest, scaling) };
  const random = new Random(recipe.seed);
  const model = seriesModel(recipe, columns.length, random);
  const learner = new ExampleLearner(recipe, new SeriesTask(model, data, recipe.training.length), random);
  return {
    prepared: {
      model: learner,
      baselines: recipe.evaluation.baseline ? [new PersistenceCounter(data), new AutoregressionCounter(data)] : [],
    },
    assets: { columns, scaling },
    statistics: {
      characters: values.length * columns.length,
      trainTokens: train.length * columns.length,
      validationTokens: rest.length * columns.length,
      vocabulary: 0,
      unknown: 0,
    },
  };
}

/** The model of a recipe, with its first weights. Throws UserError when the recipe's model reads no numbers. */
export function seriesModel(recipe: Recipe, columns: number, random: Random): SeriesModel {
  if (!hasModel(recipe, 'recurrent')) {
    throw new UserError(`A model of kind "${recipe.model.kind}" reads no numbers: set model.kind to "recurrent".`);
  }
  if (recipe.model.bidirectional !== 'no') {
    throw new UserError(
      'A model that reads from both ends sees what it should foretell: set model.bidirectional to "no".',
    );
  }
  return new SeriesModel({ ...recipe.model, columns }, random);
}

function seriesOf(examples: Examples): { columns: string[]; values: Float64Array[] } {
  if (examples.kind === 'series') return examples;
  throw new UserError('The file holds no numeric columns: set source.format to "numbers" for a table of numbers.');
}

/** The end of a series is held out: what comes later must not be learned from. */
function split(values: Float64Array[], { evaluation, seed }: Recipe) {
  const { train, validation } = splitExamples(values.length, { ...evaluation, split: 'contiguous', folds: 0 }, seed);
  return { train: values.slice(0, train.length), validation: values.slice(values.length - validation.length) };
}
