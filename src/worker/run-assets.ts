import { RUN_FILES, type RunRecord } from '../core/runs/record';
import type { TaskAssets } from '../core/training/tasks';
import type { RunFolder } from './run-folder';

/** The part of a task's assets that run.json keeps; the tokenizer has a file of its own. */
export function assetsInRecord({
  labels,
  columns,
  scaling,
}: TaskAssets): Pick<TaskAssets, 'labels' | 'columns' | 'scaling'> {
  return { labels, columns, scaling };
}

/** Keeps the assets that have files of their own. */
export async function writeAssets(
  folder: RunFolder,
  { tokenizer, taggerVocabulary, contextual }: TaskAssets,
): Promise<void> {
  if (tokenizer) await folder.writeTokenizer(tokenizer);
  if (taggerVocabulary) await folder.writeTaggerVocabulary(taggerVocabulary);
  if (contextual) await folder.writeContextual(contextual);
}

/** What a run's model needs to know of its data. Throws UserError when a file of the run is damaged. */
export async function readAssets(folder: RunFolder, { data }: RunRecord): Promise<TaskAssets> {
  const hasTokenizer = await folder.exists(RUN_FILES.tokenizer);
  const hasContextual = await folder.exists(RUN_FILES.contextual);
  const hasVocabulary = await folder.exists(RUN_FILES.taggerVocabulary);
  return {
    tokenizer: hasTokenizer ? await folder.readTokenizer() : undefined,
    taggerVocabulary: hasVocabulary ? await folder.readTaggerVocabulary() : undefined,
    contextual: hasContextual ? await folder.readContextual() : undefined,
    ...(data && assetsInRecord(data)),
  };
}
