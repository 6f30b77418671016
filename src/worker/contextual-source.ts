import { UserError } from '../core/errors';
import { contextualAsset } from '../core/models/contextual/contextual-asset';
import { hasModel, type Recipe } from '../core/recipe/schema';
import { RUN_FILES } from '../core/runs/record';
import type { TaskInput } from '../core/training/tasks';
import { refuseMismatch } from './checkpoint-check';
import { readAssets } from './run-assets';
import { RunFolder } from './run-folder';
import { locateRun, type Wanted } from './vector-sources';

const BILM: Wanted = { task: 'contextual', what: 'a biLM', recipe: 'bilm' };

/**
 * The biLM that a recipe names, with its best weights; undefined when it names none. Throws UserError when there is no such
 * run, or when it is no biLM, has learned nothing yet or cannot be mixed.
 */
export async function contextualOf(recipe: Recipe, runsFolder: string): Promise<TaskInput['contextual']> {
  if (!hasModel(recipe, 'recurrent') || recipe.model.contextual === '') return undefined;
  const source = await locateRun(recipe.model.contextual, runsFolder, BILM);
  if ('file' in source) {
    throw new UserError(
      `There is no biLM in ${source.file}: set model.contextual to the folder of its run, or to run:NAME.`,
    );
  }
  const folder = new RunFolder(source.run);
  const record = await folder.readRecord();
  const { name } = record;
  if (record.recipe.task !== 'contextual') {
    throw new UserError(`${name} is no biLM: set model.contextual to a run of the recipe "bilm".`);
  }
  if (!(await folder.exists(RUN_FILES.best))) {
    throw new UserError(`${name} has no best checkpoint yet: train it until its first evaluation.`);
  }
  const assets = await readAssets(folder, record);
  if (!assets.taggerVocabulary) throw new UserError(`${name} has lost its vocabulary: choose another biLM.`);
  const asset = contextualAsset(name, record.recipe, assets.taggerVocabulary);
  const { tensors } = await folder.readCheckpoint('best');
  refuseMismatch(record.recipe, assets, tensors);
  return { asset, tensors };
}
