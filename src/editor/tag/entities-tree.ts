import * as vscode from 'vscode';
import { Disposables } from '../common/disposables';
import { count } from '../common/format';
import { ENTITIES_VIEW } from '../common/ids';
import { EMPTY_INDEX, filtered, leastCertain, type EntityIndex, type EntityText, type EntityType, type Occurrence } from './entity-index'; // prettier-ignore
import { inSlices } from '../common/slices';
import { percent } from './span-text';
import { certainty } from './spans';
import type { TagModel } from './tag-model';

/** Rows below one parent, at most. */
const MOST = 1000;

export type EntityOrder = 'type' | 'position' | 'uncertainty';

type Row =
  | { kind: 'type'; type: EntityType }
  | { kind: 'text'; text: EntityText }
  | { kind: 'place'; occurrence: Occurrence; withLabel: boolean }
  | { kind: 'more'; left: number };

/** The view "Entities": what the active document holds, by type and text, or one by one. */
export class EntitiesTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Row>;
  private document: vscode.TextDocument | undefined;
  private index: EntityIndex = EMPTY_INDEX;
  private wanted = '';
  private order: EntityOrder = 'type';
  /** Of the last look, so that one that is overtaken is dropped. */
  private turn = 0;

  constructor(private readonly model: TagModel) {
    this.view = this.disposables.add(
      vscode.window.createTreeView(ENTITIES_VIEW, { treeDataProvider: this, showCollapseAll: true }),
    );
    this.disposables.add(
      model.onDidIndex((document) => {
        if (document === vscode.window.activeTextEditor?.document) void this.look();
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        // A view or a panel in front of the editors is no other document.
        if (editor) void this.look();
      }),
    );
  }

  get filter(): string {
    return this.wanted;
  }

  /** Shows only what holds a text; all when it is empty. */
  async filterBy(text: string): Promise<void> {
    this.wanted = text;
    await this.look();
  }

  /** In which order the rows come. */
  async sortBy(order: EntityOrder): Promise<void> {
    this.order = order;
    await this.look();
  }

  getChildren(parent?: Row): Row[] {
    switch (parent?.kind) {
      case undefined:
        return this.top();
      case 'type':
        return capped(parent.type.texts, (text) => ({ kind: 'text', text }));
      case 'text':
        return capped(parent.text.occurrences, (occurrence) => ({ kind: 'place', occurrence, withLabel: false }));
      default:
        return [];
    }
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case 'type': {
        const item = new vscode.TreeItem(row.type.label, vscode.TreeItemCollapsibleState.Expanded);
        item.id = row.type.label;
        item.description = count(row.type.count, vscode.env.language);
        item.iconPath = new vscode.ThemeIcon('tag');
        return item;
      }
      case 'text':
        return this.textItem(row.text);
      case 'place':
        return this.placeItem(row.occurrence, row.withLabel);
      case 'more':
        return new vscode.TreeItem(vscode.l10n.t('{0} more: use the filter to find them', row.left));
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async look(): Promise<void> {
    const turn = ++this.turn;
    const document = vscode.window.activeTextEditor?.document;
    const all = this.model.of(document)?.indexer.index ?? EMPTY_INDEX;
    const index = await inSlices(filtered(all, this.wanted), () => turn === this.turn);
    if (!index || turn !== this.turn) return;
    this.document = document;
    this.index = index;
    this.view.description = this.wanted ? vscode.l10n.t('with "{0}"', this.wanted) : undefined;
    this.view.message = this.wanted && index.count === 0 ? vscode.l10n.t('Nothing fits the filter.') : undefined;
    this.changed.fire();
  }

  private top(): Row[] {
    const { types, occurrences } = this.index;
    if (this.order === 'type') return types.map((type) => ({ kind: 'type', type }));
    const shown = this.order === 'position' ? occurrences : leastCertain(occurrences, MOST);
    return capped(shown, (occurrence) => ({ kind: 'place', occurrence, withLabel: true }), occurrences.length);
  }

  private textItem({ label, text, occurrences }: EntityText): vscode.TreeItem {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(text, occurrences.length > 1 ? Collapsed : None);
    item.id = `${label}\n${text}`;
    item.description =
      occurrences.length > 1 ? count(occurrences.length, vscode.env.language) : lineText(occurrences[0]);
    item.command = this.jumpTo(occurrences[0]);
    return item;
  }

  private placeItem(occurrence: Occurrence, withLabel: boolean): vscode.TreeItem {
    const { span, text } = occurrence;
    const sure = span.annotated ? vscode.l10n.t('set by hand') : percent(certainty(span));
    const item = new vscode.TreeItem(withLabel ? text : lineText(occurrence));
    item.description = withLabel ? `${span.label} · ${lineText(occurrence)} · ${sure}` : sure;
    item.command = this.jumpTo(occurrence);
    return item;
  }

  private jumpTo({ line, span }: Occurrence): vscode.Command | undefined {
    if (!this.document) return undefined;
    const selection = new vscode.Range(line, span.start, line, span.end);
    return { command: 'vscode.open', title: '', arguments: [this.document.uri, { selection }] };
  }
}

function lineText({ line }: Occurrence): string {
  return vscode.l10n.t('line {0}', line + 1);
}

/** The first rows, and one that says how many are left. */
function capped<T>(items: readonly T[], row: (item: T) => Row, count = items.length): Row[] {
  const rows = items.slice(0, MOST).map(row);
  return count <= MOST ? rows : [...rows, { kind: 'more', left: count - MOST }];
}
