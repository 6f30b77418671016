import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { CommandTable } from '../common/commands';
import type { DocumentTags } from './document-tags';
import type { EntitiesTree, EntityOrder } from './entities-tree';
import { nextSpan, nextUncertain, previousSpan } from './navigate';
import { inSlices } from '../common/slices';
import { percent } from './span-text';
import { certainty, type PlacedSpan } from './spans';
import type { TagModel } from './tag-model';

/** Milliseconds for which a found entity is told in the status bar. */
const TOLD = 4000;

/** Commands that go from entity to entity and arrange their list. */
export function entityCommands(model: TagModel, tree: EntitiesTree) {
  let uncertain: { document: vscode.TextDocument; placed: PlacedSpan } | undefined;
  return {
    nextEntity: () => go(model, (tags, editor) => nextSpan(tags, editor.selection.start)),
    previousEntity: () => go(model, (tags, editor) => previousSpan(tags, editor.selection.start)),
    nextUncertainEntity: () =>
      go(model, async (tags, { document, selection }) => {
        // Going on from the last one only while the person still is there.
        const isThere = uncertain?.document === document && selection.isEqual(selectionOf(uncertain.placed));
        const last = isThere ? uncertain?.placed : undefined;
        const placed = await inSlices(nextUncertain(tags, last), () => !document.isClosed);
        uncertain = placed && { document, placed };
        return placed;
      }),
    async filterEntities(argument?: unknown) {
      const text =
        typeof argument === 'string'
          ? argument
          : await vscode.window.showInputBox({
              title: vscode.l10n.t('Filter Entities'),
              prompt: vscode.l10n.t('Part of a text or of a label; empty shows all.'),
              value: tree.filter,
            });
      if (text !== undefined) await tree.filterBy(text);
    },
    async sortEntities(argument?: unknown) {
      const orders: (vscode.QuickPickItem & { order: EntityOrder })[] = [
        { order: 'type', label: vscode.l10n.t('By type and text') },
        { order: 'position', label: vscode.l10n.t('By position') },
        { order: 'uncertainty', label: vscode.l10n.t('By uncertainty, the least certain first') },
      ];
      const named = orders.find(({ order }) => order === argument);
      const chosen = named ?? (await vscode.window.showQuickPick(orders, { title: vscode.l10n.t('Sort Entities') }));
      if (chosen) await tree.sortBy(chosen.order);
    },
  } satisfies Partial<CommandTable>;
}

/** Selects what is found in the active editor, and says what it is. Throws UserError when there is nothing. */
async function go(
  model: TagModel,
  find: (tags: DocumentTags, editor: vscode.TextEditor) => PlacedSpan | undefined | Promise<PlacedSpan | undefined>,
): Promise<PlacedSpan> {
  const editor = vscode.window.activeTextEditor;
  const tags = model.of(editor?.document);
  if (!editor || !tags) throw new UserError(vscode.l10n.t('This text has no tags: run "Tag Current File" first.'));
  const placed = await find(tags, editor);
  if (!placed) throw new UserError(vscode.l10n.t('No entity was found in this text.'));
  const selection = selectionOf(placed);
  editor.selection = selection;
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  const { span } = placed;
  const sure = span.annotated ? vscode.l10n.t('set by hand') : percent(certainty(span, tags.nearlyAt(placed.line).includes(span))); // prettier-ignore
  vscode.window.setStatusBarMessage(`${span.label}: ${editor.document.getText(selection)}, ${sure}`, TOLD);
  return placed;
}

function selectionOf({ line, span }: PlacedSpan): vscode.Selection {
  return new vscode.Selection(line, span.start, line, span.end);
}
