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

/** What a run's model needs to know of its data. Throws UserError when a file of the run is damaged. */
export async function readAssets(folder: RunFolder, { data }: RunRecord): Promise<TaskAssets> {
  const hasTokenizer = await folder.exists(RUN_FILES.tokenizer);
  return {
    tokenizer: hasTokenizer ? await folder.readTokenizer() : undefined,
    ...(data && assetsInRecord(data)),
  };
}
