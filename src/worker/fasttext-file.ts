import { writeFastText, type FastTextModel } from '../core/embeddings/fasttext-format';
import { fastTextModelOf } from '../core/embeddings/fasttext-model';
import { UserError } from '../core/errors';
import { hasModel } from '../core/recipe/schema';
import { RUN_FILES } from '../core/runs/record';
import { learnerState } from '../core/training/embedding-learner';
import type { VectorSource } from '../protocol/word-vectors';
import { RunFolder } from './run-folder';
import { saveBlocks } from './vector-file';
import { vectorRun } from './vector-sources';

/** Smallest count and passes, where the recipe does not say: numbers of the file's head that vectors do not depend on. */
const UNSAID = 1;

/**
 * Writes the whole model of a run of word2vec or fastText in fastText's binary format, as saveVectors writes vectors. Throws
 * UserError when the source is no such run, or has learned nothing yet.
 */
export async function saveFastText(source: VectorSource, file: string): Promise<{ words: number; dimension: number }> {
  const model = await modelOf(source);
  await saveBlocks(writeFastText(model), file);
  return { words: model.words.length, dimension: model.options.dimension };
}

async function modelOf(source: VectorSource): Promise<FastTextModel> {
  if (!('run' in source)) {
    throw new UserError("fastText's .bin holds a whole model, and a file only its vectors: name a run, or write text.");
  }
  const folder = new RunFolder(source.run);
  const { name, recipe } = await vectorRun(source.run);
  if (!hasModel(recipe, 'word2vec')) {
    throw new UserError(
      `${name} has learned by ${recipe.model.kind}, whose vectors fastText's .bin cannot hold: write text or binary.`,
    );
  }
  if (!(await folder.exists(RUN_FILES.last))) {
    throw new UserError(`${name} has no checkpoint to write a model from: train it for half a minute more.`);
  }
  const { tensors } = await folder.readCheckpoint('last');
  const { architecture, sample = 0, ...model } = recipe.model;
  const { tokens, training, seed } = recipe;
  const { rate, epochs = UNSAID } = training;
  const options = {
    ...model,
    ...{ model: architecture, sample, rate, seed },
    ...{ epochs: Math.max(UNSAID, Math.round(epochs)), minCount: Math.max(UNSAID, tokens.minCount) },
  };
  return fastTextModelOf(learnerState(tensors), { ...(await folder.readVocabulary()), options });
}
