import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { SavedFile } from '../../protocol/saved-file';

/** Saves what the page made where the person says; false when they thought better of it. Throws UserError. */
export async function saveFile({ name, kind, data }: SavedFile): Promise<boolean> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const filters = { [kind === 'csv' ? vscode.l10n.t('Table') : vscode.l10n.t('Picture')]: [kind] };
  const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(folder, name), filters });
  if (!target) return false;
  try {
    await vscode.workspace.fs.writeFile(target, typeof data === 'string' ? new TextEncoder().encode(data) : data);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      vscode.l10n.t('{0} could not be written: {1}', vscode.workspace.asRelativePath(target), reason),
    );
  }
}
