import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { runDescription, shownStatus, statusIcon } from './run-text';
import type { ListedRun, RunsStore } from './runs-store';

/** Lets a person choose a run. Undefined when they thought better of it; throws UserError when there is none. */
export async function pickRun(
  runs: RunsStore,
  { title, none, filter = () => true }: { title: string; none: string; filter?: (run: ListedRun) => boolean },
): Promise<ListedRun | undefined> {
  // The folders are read again: a run of the command line may have come.
  await runs.refresh();
  const found = (await runs.list()).filter(filter).map(toItem);
  if (found.length === 0) throw new UserError(none);
  const options = { title, placeHolder: vscode.l10n.t('Choose a run'), matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(found, options))?.run;
}

function toItem(run: ListedRun): vscode.QuickPickItem & { run: ListedRun } {
  return {
    run,
    label: `$(${statusIcon(shownStatus(run)).icon}) ${run.record.name}`,
    description: runDescription(run, Date.now(), vscode.env.language),
    detail: run.record.message,
  };
}

/** The run that an argument names: a row of a view, a page's command, or a script's `{ folder }`. */
export function folderOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { folder } = argument as Record<string, unknown>;
  return typeof folder === 'string' ? folder : undefined;
}
