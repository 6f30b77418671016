import { UserError } from '../core/errors';
import { hasModel } from '../core/recipe/schema';
import { RUN_FILES } from '../core/runs/record';
import { encodeSafetensors } from '../core/runs/safetensors';
import { yieldToMessages } from './control';
import { readAssets } from './run-assets';
import { RunFolder } from './run-folder';
import { arpaOf } from './tasks';

/** The best weights of a run as a safetensors file. Throws UserError. */
export async function exportWeights(run: string): Promise<Uint8Array> {
  const folder = await withModel(run);
  const { tensors, metadata } = await folder.readCheckpoint('best');
  return encodeSafetensors([...tensors.values()], metadata);
}

/** The n-grams of a run as an ARPA file, in pieces. Throws UserError when its model is none of n-grams. */
export async function* exportArpa(run: string): AsyncGenerator<string> {
  const folder = await withModel(run);
  const record = await folder.readRecord();
  if (!hasModel(record.recipe, 'ngram')) {
    throw new UserError(`${record.name} is no n-gram model, which ARPA files are for: export it as safetensors.`);
  }
  const { tokenizer } = await readAssets(folder, record);
  if (!tokenizer) throw new UserError(`${record.name} has no tokenizer.json any more: choose another run.`);
  for (const piece of arpaOf(await folder.readCheckpoint('best'), tokenizer)) {
    yield piece;
    await yieldToMessages();
  }
}

async function withModel(run: string): Promise<RunFolder> {
  const folder = new RunFolder(run);
  const { name } = await folder.readRecord();
  if (await folder.exists(RUN_FILES.best)) return folder;
  throw new UserError(`${name} has no best checkpoint yet: train it until its first evaluation.`);
}
