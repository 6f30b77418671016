import * as vscode from 'vscode';
import { isAbsolute, join } from 'node:path';
import { setting } from '../common/settings';

/** Where the runs of a workspace are kept, relative to it. The same path as in the run folder's format. */
const IN_WORKSPACE = '.sequence-lab/runs';

/** Says where runs are written and looked for. */
export class RunsFolders {
  constructor(private readonly globalStorage: vscode.Uri) {}

  /** The folder for new runs of a document, or of nothing in particular. */
  forNew(document?: vscode.Uri): string {
    const folder =
      (document && vscode.workspace.getWorkspaceFolder(document)) ?? vscode.workspace.workspaceFolders?.[0];
    return this.of(folder);
  }

  /** Every folder in which runs of this workspace may be. */
  all(): string[] {
    const folders = vscode.workspace.workspaceFolders?.map((folder) => this.of(folder)) ?? [];
    return [...new Set([...folders, this.of(undefined)])];
  }

  private of(folder: vscode.WorkspaceFolder | undefined): string {
    // A folder without a disk (a repository that is only looked at) cannot hold runs.
    const place = folder?.uri.scheme === 'file' ? folder.uri.fsPath : undefined;
    const chosen = setting('runsFolder', folder?.uri).trim();
    if (chosen && isAbsolute(chosen)) return chosen;
    if (place) return join(place, chosen || IN_WORKSPACE);
    return join(this.globalStorage.fsPath, 'runs');
  }
}
