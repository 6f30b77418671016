import * as vscode from 'vscode';
import type { Reporter } from '../common/reporter';
import type { Tagger } from '../tag/document-tags';
import type { TagModel } from '../tag/tag-model';
import type { Kept } from './annotated-document';
import type { Annotations } from './annotations';

/** What a text without a file had when it was saved. */
interface Move {
  target: vscode.TextDocument;
  text: string;
  kept: Kept | undefined;
  tagger: Tagger | undefined;
}

/**
 * Takes annotations and tags along when a text that had no file is saved as one. VS Code does not tell that: it opens the
 * file, fills and saves it, and then closes the text without a file. So a file with the same text that is saved is
 * remembered, and gets everything when the other is closed.
 */
export class SavedUntitled implements vscode.Disposable {
  private readonly moves = new Map<vscode.TextDocument, Move>();
  private readonly registrations: vscode.Disposable[];

  constructor(
    private readonly annotations: Annotations,
    private readonly model: TagModel,
    reporter: Reporter,
  ) {
    this.registrations = [
      vscode.workspace.onDidSaveTextDocument((document) => this.remember(document)),
      vscode.workspace.onDidCloseTextDocument((document) => {
        const move = this.moves.get(document);
        this.moves.delete(document);
        if (move) void reporter.guard(() => this.finish(move));
      }),
    ];
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
  }

  private remember(target: vscode.TextDocument): void {
    if (target.isUntitled) return;
    const same = vscode.workspace.textDocuments.filter((document) => document.isUntitled && !document.isClosed && isSame(document, target)); // prettier-ignore
    for (const document of same) {
      const kept = this.annotations.of(document)?.kept();
      const tagger = this.model.of(document)?.tagger;
      if (kept || tagger) this.moves.set(document, { target, text: target.getText(), kept, tagger });
    }
  }

  private async finish({ target, text, kept, tagger }: Move): Promise<void> {
    if (target.isClosed || target.getText() !== text) return;
    if (kept) await this.annotations.adopt(target, kept);
    if (tagger && !this.model.of(target)?.tagger) await this.model.tag(target, tagger);
  }
}

function isSame(one: vscode.TextDocument, two: vscode.TextDocument): boolean {
  return (
    one.lineCount === two.lineCount && one.lineAt(0).text === two.lineAt(0).text && one.getText() === two.getText()
  );
}
