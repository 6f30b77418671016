import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { moveOffset } from './prompt';

/** How often an edit is tried again when the person's own typing came between. */
const TRIES = 20;

/**
 * Writes text into a document piece by piece, as one undo step, at a place that follows the person's own edits. Pieces
 * that come while an edit is under way are put together.
 */
export class TextWriter implements vscode.Disposable {
  private readonly listener: vscode.Disposable;
  private waiting = '';
  private working: Promise<void> = Promise.resolve();
  private begun = false;
  private failure: Error | undefined;
  /** Where the next piece goes. */
  private offset: number;

  constructor(
    private readonly document: vscode.TextDocument,
    place: vscode.Position,
  ) {
    this.offset = document.offsetAt(place);
    this.listener = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document) this.offset = moveOffset(this.offset, event.contentChanges);
    });
  }

  /** True when the first piece could not be written: the document is read-only. */
  get refused(): boolean {
    return this.failure !== undefined && !this.begun;
  }

  write(text: string): void {
    this.waiting += text;
    this.working = this.working.then(() => this.flush(false));
  }

  /** Writes what waits and closes the undo step. Throws UserError when the document could not be written. */
  async end(): Promise<void> {
    await this.working;
    await this.flush(true);
    if (this.failure) throw this.failure;
  }

  dispose(): void {
    this.listener.dispose();
  }

  private async flush(last: boolean): Promise<void> {
    const text = this.waiting;
    if (this.failure || (text === '' && !(last && this.begun))) return;
    this.waiting = '';
    try {
      await this.insert(text, last);
      this.begun = true;
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  private async insert(text: string, last: boolean): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      if (this.document.isClosed) break;
      const place = this.document.positionAt(this.offset);
      if (await this.edit(place, text, last)) return;
    }
    throw new UserError(vscode.l10n.t('The document cannot be written: it is read-only or was closed.'));
  }

  /** False when the document has changed meanwhile. */
  private async edit(place: vscode.Position, text: string, last: boolean): Promise<boolean> {
    const editor = vscode.window.visibleTextEditors.find((visible) => visible.document === this.document);
    if (editor) {
      const undo = { undoStopBefore: !this.begun, undoStopAfter: last };
      const done = await editor.edit((builder) => builder.insert(place, text), undo);
      if (done) this.follow(editor);
      return done;
    }
    // Out of sight: still written, but each piece is an undo step of its own.
    const edit = new vscode.WorkspaceEdit();
    edit.insert(this.document.uri, place, text);
    return vscode.workspace.applyEdit(edit);
  }

  /** Keeps the new text in sight, unless the person has gone elsewhere in the document. */
  private follow(editor: vscode.TextEditor): void {
    const place = this.document.positionAt(this.offset);
    if (editor.selection.isEmpty && editor.selection.active.isEqual(place))
      editor.revealRange(new vscode.Range(place, place));
  }
}
