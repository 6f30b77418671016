import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { labelOf } from '../train/target';

/**
 * What is being saved, until it is: VS Code empties a file before it fills it again, and a machine that stops in between
 * leaves a part. A copy is written whole (another file, then renamed) before, and taken away when the file is saved. What
 * belongs to a text without a file has only its copy, which outlives the window as the text does.
 */
export class SafeCopies {
  constructor(private readonly folder: vscode.Uri) {}

  /** Saves a file with a copy beside. Throws UserError. */
  async during(uri: vscode.Uri, content: string, save: () => Promise<void>): Promise<void> {
    await this.keep(uri, content);
    await save();
    await this.drop(uri);
  }

  /** Throws UserError when it cannot be written. */
  async keep(uri: vscode.Uri, content: string): Promise<void> {
    const copy = this.copyOf(uri);
    const temporary = copy.with({ path: `${copy.path}.${process.pid}.tmp` });
    try {
      await vscode.workspace.fs.writeFile(temporary, Buffer.from(content));
      await vscode.workspace.fs.rename(temporary, copy, { overwrite: true });
    } catch {
      throw new UserError(
        vscode.l10n.t('There is no room to keep {0} safe: free some space on the disk and try again.', labelOf(uri)),
      );
    }
  }

  /** What is kept; undefined when nothing is. */
  async read(uri: vscode.Uri): Promise<string | undefined> {
    try {
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(this.copyOf(uri)));
    } catch {
      return undefined;
    }
  }

  async drop(uri: vscode.Uri): Promise<void> {
    await vscode.workspace.fs.delete(this.copyOf(uri)).then(undefined, () => undefined);
  }

  /** The whole of a file of which only the first part was written; undefined when it is not that. */
  async wholeOf(uri: vscode.Uri, part: string): Promise<string | undefined> {
    const whole = await this.read(uri);
    return whole !== undefined && whole.length > part.length && whole.startsWith(part) ? whole : undefined;
  }

  private copyOf(uri: vscode.Uri): vscode.Uri {
    const name = createHash('sha256').update(uri.toString()).digest('hex').slice(0, 32);
    return vscode.Uri.joinPath(this.folder, `${name}.spans.json`);
  }
}
