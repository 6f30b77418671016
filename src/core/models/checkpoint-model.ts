import { UserError } from '../errors';
import { setValues } from '../ops/adam';
import { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import { languageModelShape, RecurrentLanguageModel } from './language-model';

/** Beginnings of the names of a checkpoint's tensors that are not weights. */
export const OPTIMIZER_PREFIX = 'optimizer.';
export const STATE_PREFIX = 'state.';

/**
 * A model with the weights of a checkpoint; what else the checkpoint holds is left alone.
 * Throws UserError when names, types, shapes or values are not those of such a model.
 */
export function modelFromCheckpoint(
  recipe: Recipe,
  vocabulary: number,
  tensors: Map<string, NamedTensor>,
): RecurrentLanguageModel {
  const model = new RecurrentLanguageModel(languageModelShape(recipe, vocabulary), new Random(recipe.seed));
  try {
    loadWeights(model, tensors);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/** Gives a model the weights of a checkpoint, all or none. Throws UserError as above. */
export function loadWeights(model: RecurrentLanguageModel, tensors: Map<string, NamedTensor>): void {
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
