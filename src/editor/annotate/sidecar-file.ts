import * as vscode from 'vscode';
import { SIDECAR_SUFFIX } from '../../core/annotations/sidecar';
import { UserError } from '../../core/errors';
import { labelOf } from '../train/target';

/** The file of annotations of a document; undefined for one that has no place yet. */
export function sidecarUri({ uri }: vscode.TextDocument): vscode.Uri | undefined {
  const hasPlace = uri.scheme !== 'untitled' && vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true;
  return hasPlace ? uri.with({ path: uri.path + SIDECAR_SUFFIX }) : undefined;
}

/** Its content as it is on the screen, else on disk; undefined when there is none. */
export async function readSidecar(uri: vscode.Uri): Promise<string | undefined> {
  const open = openSidecar(uri);
  if (open) return normal(open.getText());
  try {
    return normal(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return undefined;
  }
}

function openSidecar(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString() && !document.isClosed); // prettier-ignore
}

/** Whether the file is open and says what is known already. */
export function isKnown(uri: vscode.Uri, content: string | undefined): boolean {
  const open = openSidecar(uri);
  return open !== undefined && normal(open.getText()) === content;
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/**
 * Makes the file say something else: an edit of its document, which can be undone there, and a save. Throws UserError
 * when it cannot be written.
 */
export async function writeSidecar(uri: vscode.Uri, content: string): Promise<void> {
  const document = await existing(uri);
  const edit = new vscode.WorkspaceEdit();
  if (document) edit.replace(uri, ...changeOf(document, content));
  else edit.createFile(uri, { contents: Buffer.from(content), ignoreIfExists: true });
  const isDone = await vscode.workspace.applyEdit(edit);
  const written = isDone ? await vscode.workspace.openTextDocument(uri) : undefined;
  if (!written || (written.isDirty && !(await written.save()))) {
    throw new UserError(vscode.l10n.t('{0} cannot be written: check its permissions.', labelOf(uri)));
  }
}

async function existing(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

/** The part that differs, so that undo and the cursor are where something happens. */
function changeOf(document: vscode.TextDocument, content: string): [vscode.Range, string] {
  const before = document.getText();
  const after = document.eol === vscode.EndOfLine.CRLF ? content.replaceAll('\n', '\r\n') : content;
  const least = Math.min(before.length, after.length);
  let from = 0;
  while (from < least && before[from] === after[from]) from++;
  let behind = 0;
  while (behind < least - from && before[before.length - 1 - behind] === after[after.length - 1 - behind]) behind++;
  const range = new vscode.Range(document.positionAt(from), document.positionAt(before.length - behind));
  return [range, after.slice(from, after.length - behind)];
}
