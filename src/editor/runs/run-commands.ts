import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { CommandTable } from '../common/commands';
import { folderOf, pickRun } from './run-pick';
import type { RunsStore } from './runs-store';

/** Commands on runs. Without an argument they ask for the run or mean the current one. */
export function runCommands(runs: RunsStore) {
  const none = () => vscode.l10n.t('There are no runs yet: open a text and train on it.');
  const meant = async (argument: unknown) => {
    const folder = folderOf(argument) ?? (await runs.current())?.folder;
    if (folder === undefined) throw new UserError(none());
    return folder;
  };
  return {
    async selectRun() {
      const title = vscode.l10n.t('Current Run');
      const run = await pickRun(runs, { title, none: none(), filter: ({ record }) => record.best !== undefined });
      if (run) await runs.select(run.folder);
    },
    refreshRuns: () => runs.refresh(),
    openRunFolder: async (argument?: unknown) => openFolder(vscode.Uri.file(await meant(argument))),
    async renameRun(argument?: unknown) {
      const folder = await meant(argument);
      const name = await vscode.window.showInputBox({
        title: vscode.l10n.t('Rename Run'),
        value: runs.record(folder)?.name,
        validateInput: (text) => (text.trim() ? undefined : vscode.l10n.t('Write a name.')),
      });
      if (name !== undefined) await runs.rename(folder, name.trim());
    },
    async deleteRun(argument?: unknown) {
      return deleteRun(runs, await meant(argument));
    },
  } satisfies Partial<CommandTable>;
}

/** Deletes a run when the person confirms; says whether it did. */
export async function deleteRun(runs: RunsStore, folder: string): Promise<boolean> {
  if (runs.isLive(folder)) throw new UserError(vscode.l10n.t('This run is training: stop it before you delete it.'));
  const name = runs.record(folder)?.name ?? folder;
  const action = vscode.l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete the run {0}?', name),
    { modal: true, detail: vscode.l10n.t('Its model, metrics and samples are removed from the disk.') },
    action,
  );
  if (answer !== action) return false;
  await runs.delete(folder);
  return true;
}

/** Shows a folder where a person can look at its files: the explorer, the system's file manager, or a window. */
async function openFolder(folder: vscode.Uri): Promise<void> {
  const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  if (vscode.workspace.getWorkspaceFolder(folder)) {
    await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.joinPath(folder, 'run.json'));
  } else if (isHere) await vscode.commands.executeCommand('revealFileInOS', folder);
  else await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}
