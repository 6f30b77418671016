import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * What is being saved, until it is: VS Code empties a file before it fills it again, and a machine that stops in between
 * leaves a part. A copy is written whole (another file, then renamed) before, and taken away when the file is saved.
 */
export class SafeCopies {
  constructor(private readonly folder: vscode.Uri) {}

  /** Saves a file with a copy beside. */
  async during(uri: vscode.Uri, content: string, save: () => Promise<void>): Promise<void> {
    await this.keep(uri, content);
    await save();
    await vscode.workspace.fs.delete(this.copyOf(uri)).then(undefined, () => undefined);
  }

  async keep(uri: vscode.Uri, content: string): Promise<void> {
    const copy = this.copyOf(uri);
    const temporary = copy.with({ path: `${copy.path}.${process.pid}.tmp` });
    await vscode.workspace.fs.writeFile(temporary, Buffer.from(content));
    await vscode.workspace.fs.rename(temporary, copy, { overwrite: true });
  }

  /** The whole of a file of which only the first part was written; undefined when it is not that. */
  async wholeOf(uri: vscode.Uri, part: string): Promise<string | undefined> {
    try {
      const whole = new TextDecoder().decode(await vscode.workspace.fs.readFile(this.copyOf(uri)));
      return whole.length > part.length && whole.startsWith(part) ? whole : undefined;
    } catch {
      return undefined;
    }
  }

  private copyOf(uri: vscode.Uri): vscode.Uri {
    const name = createHash('sha256').update(uri.toString()).digest('hex').slice(0, 32);
    return vscode.Uri.joinPath(this.folder, `${name}.spans.json`);
  }
}
