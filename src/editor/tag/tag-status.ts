import * as vscode from 'vscode';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import { count, escapeMarkdown } from '../common/format';
import { command, ENTITIES_VIEW } from '../common/ids';
import type { DocumentTags } from './document-tags';
import type { TagModel } from './tag-model';

/** Says in the status bar how far the tagging of the active document is, and then what it has; a click stops or shows. */
export class TagStatus implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;

  constructor(
    private readonly model: TagModel,
    private readonly keys: ContextKeys,
  ) {
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('sequenceLab.entities', vscode.StatusBarAlignment.Right, 102),
    );
    this.item.name = vscode.l10n.t('Sequence Lab Entities');
    const look = (document: vscode.TextDocument) => {
      if (document === vscode.window.activeTextEditor?.document) this.update();
    };
    this.disposables.add(model.onDidChangeSpans(look));
    this.disposables.add(model.onDidIndex(look));
    this.disposables.add(vscode.window.onDidChangeActiveTextEditor(() => this.update()));
    this.update();
  }

  /** What the item says, for tests. */
  get text(): string {
    return this.item.text;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const tags = this.model.of(vscode.window.activeTextEditor?.document);
    this.keys.set('tagged', tags !== undefined);
    this.keys.set('tagging', isLong(tags));
    if (!tags) return this.item.hide();
    if (isLong(tags)) {
      const share = Math.floor(tags.progress * 100);
      this.item.text = `$(sync~spin) ${vscode.l10n.t('Tagging {0} %', share)}`;
      this.item.tooltip = vscode.l10n.t('Click to stop; what is visible is still tagged.');
      this.item.command = command('stopTagging');
    } else {
      this.item.text = `$(tag) ${counted(tags)}`;
      this.item.tooltip = tooltip(tags);
      this.item.command = `${ENTITIES_VIEW}.focus`;
    }
    this.item.accessibilityInformation = { label: this.item.text.replace(/^\S+ /, '') };
    this.item.show();
  }
}

/** Whether the document is being tagged for the first time, or so much of it that it is worth to be told. */
function isLong(tags: DocumentTags | undefined): boolean {
  if (!tags) return false;
  if (!tags.indexer.ready || !tags.complete) return tags.tagger !== undefined;
  return tags.busy && tags.lines.pending > 200;
}

export function counted({ indexer: { index } }: DocumentTags): string {
  if (index.count === 1) return vscode.l10n.t('1 entity');
  return vscode.l10n.t('{0} entities', count(index.count, vscode.env.language));
}

/** The labels with their counts, the most frequent first. */
export function byType({ indexer: { index } }: DocumentTags): string[] {
  return index.types.map((type) => `${count(type.count, vscode.env.language)} ${type.label}`);
}

function tooltip(tags: DocumentTags): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  if (tags.tagger) text.appendMarkdown(`${vscode.l10n.t('Tagged by {0}.', escapeMarkdown(tags.tagger.name))}\n\n`);
  for (const type of byType(tags)) text.appendMarkdown(`- ${escapeMarkdown(type)}\n`);
  return text.appendMarkdown(`\n${vscode.l10n.t('Click to list them.')}`);
}
