import * as vscode from 'vscode';
import { isLabel } from '../../core/annotations/sidecar';
import type { TagModel } from '../tag/tag-model';
import type { AnnotatedDocument } from './annotated-document';

/**
 * Labels that a text can have, in the order of their digits: of its annotations, then those that its tagger found, then
 * the others that it knows.
 *
 * @param annotated its annotations, if it has some
 */
export function knownLabels(
  document: vscode.TextDocument,
  annotated: AnnotatedDocument | undefined,
  model: TagModel,
): string[] {
  const tags = model.of(document);
  const found = tags?.indexer.index.types.map(({ label }) => label) ?? [];
  return [...new Set([...(annotated?.labels ?? []), ...found, ...(tags?.labels ?? [])])];
}

/** Asks for a known label or a new one; undefined when the person thought better of it. */
export function askLabel(labels: readonly string[], words: string): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick();
  const known = labels.map((label, k) => ({ label, description: k < 9 ? String(k + 1) : undefined }));
  pick.title = vscode.l10n.t('Label for "{0}"', words.length > 40 ? `${words.slice(0, 40)}…` : words);
  pick.placeholder = vscode.l10n.t('Choose a label or write a new one');
  pick.items = known;
  return new Promise((resolve) => {
    pick.onDidChangeValue((value) => {
      const isNew = isLabel(value.trim()) && !labels.includes(value.trim());
      const fresh = { label: value.trim(), description: vscode.l10n.t('new label') };
      pick.items = isNew ? [...known, fresh] : known;
    });
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems;
      if (!chosen) return;
      resolve(chosen.label);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
