import * as vscode from 'vscode';
import { anchorAt, type Anchor } from '../../core/annotations/anchor';
import type { TextChange } from '../../core/annotations/move';

/** Code units around a stretch that its anchor is made of, and more. */
const AROUND = 32;

/** Places of a document as its annotations count them: a line end is one code unit, whatever the file has. */
export class NormalText {
  constructor(readonly document: vscode.TextDocument) {}

  get text(): string {
    return normal(this.document.getText());
  }

  offsetAt(position: vscode.Position): number {
    return this.document.offsetAt(position) - (this.isWide ? position.line : 0);
  }

  positionAt(offset: number): vscode.Position {
    if (!this.isWide) return this.document.positionAt(offset);
    let low = 0;
    let high = this.document.lineCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsetAt(new vscode.Position(middle, 0)) <= offset) low = middle;
      else high = middle - 1;
    }
    return new vscode.Position(low, offset - this.offsetAt(new vscode.Position(low, 0)));
  }

  rangeOf({ start, end }: { start: number; end: number }): vscode.Range {
    return new vscode.Range(this.positionAt(start), this.positionAt(end));
  }

  read(start: number, end: number): string {
    return normal(this.document.getText(this.rangeOf({ start, end })));
  }

  /** The anchor of a stretch, made of what stands around it: the whole of a long text is never read for it. */
  anchor({ start, end }: { start: number; end: number }): Anchor {
    const from = Math.max(0, start - AROUND);
    return { ...anchorAt(this.read(from, end + AROUND), start - from, end - from), start, end };
  }

  *lines(): Generator<string> {
    for (let line = 0; line < this.document.lineCount; line++) yield this.document.lineAt(line).text;
  }

  /** A change that the document has told. */
  changeOf({ range, rangeOffset, rangeLength, text }: vscode.TextDocumentContentChangeEvent): TextChange {
    const lines = this.isWide ? range.end.line - range.start.line : 0;
    const start = rangeOffset - (this.isWide ? range.start.line : 0);
    return { start, removed: rangeLength - lines, text: normal(text) };
  }

  private get isWide(): boolean {
    return this.document.eol === vscode.EndOfLine.CRLF;
  }
}

function normal(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
