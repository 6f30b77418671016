import { UserError } from '../errors';
import type { NamedVariable } from '../layers/parameters';
import { setValues } from '../ops/variables';
import { Random } from '../random';
import { hasModel, type Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import { languageModelShape, RecurrentLanguageModel } from './language-model';
import type { NeuralLanguageModel } from './neural-language-model';
import { WindowLanguageModel } from './window';

/** Beginnings of the names of a checkpoint's tensors that are not weights. */
export const OPTIMIZER_PREFIX = 'optimizer.';
export const STATE_PREFIX = 'state.';

/**
 * The neural language model of a recipe, untrained. Throws UserError when the recipe is not of one.
 *
 * @param random draws the initial parameters
 * @param vectors loaded word vectors [V·E] that a recurrent model's embedding starts from; becomes the model's
 */
export function newLanguageModel(
  recipe: Recipe,
  vocabulary: number,
  random: Random,
  vectors?: Float32Array,
): NeuralLanguageModel {
  if (recipe.task === 'language-model' && hasModel(recipe, 'window')) {
    return new WindowLanguageModel({ ...recipe.model, vocabulary }, random);
  }
  return new RecurrentLanguageModel(languageModelShape(recipe, vocabulary), random, vectors);
}

/**
 * A language model with the weights of a checkpoint; what else the checkpoint holds is left alone.
 * Throws UserError when names, types, shapes or values are not those of such a model.
 */
export function modelFromCheckpoint(
  recipe: Recipe,
  vocabulary: number,
  tensors: Map<string, NamedTensor>,
): NeuralLanguageModel {
  const model = newLanguageModel(recipe, vocabulary, new Random(recipe.seed));
  try {
    loadWeights(model, tensors);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/** Gives a model the weights of a checkpoint, all or none. Throws UserError as above. */
export function loadWeights(model: { parameters: NamedVariable[] }, tensors: Map<string, NamedTensor>): void {
  const known = new Set(model.parameters.map(({ name }) => name));
  for (const name of tensors.keys()) {
    if (name.startsWith(OPTIMIZER_PREFIX) || name.startsWith(STATE_PREFIX) || known.has(name)) continue;
    throw new UserError(`The checkpoint holds "${name}", which this recipe's model lacks: use the run's own recipe.`);
  }
  const values = model.parameters.map(({ name, variable }) => floatTensor(tensors, name, variable.shape));
  model.parameters.forEach(({ variable }, k) => setValues(variable, values[k]));
}

/** Values of a tensor of a checkpoint. Throws UserError unless it is there with this shape, in finite float32. */
export function floatTensor(tensors: Map<string, NamedTensor>, name: string, shape: number[]): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new UserError(`The checkpoint lacks "${name}": train again, or choose another run.`);
  const { dtype, data } = tensor;
  if (dtype !== 'F32' || !(data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
    throw new UserError(
      `"${name}" in the checkpoint is ${dtype} [${tensor.shape.join(', ')}] and not F32 [${shape.join(', ')}]: use the run's own recipe.`,
    );
  }
  if (!data.every(Number.isFinite)) {
    throw new UserError(
      `"${name}" in the checkpoint has values that are not numbers: train again, or choose another run.`,
    );
  }
  return data;
}
