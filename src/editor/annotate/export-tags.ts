import * as vscode from 'vscode';
import { exportFormats, exportTags, type ExportFormat, type HighlightedLine } from '../../core/annotations/export';
import { UserError } from '../../core/errors';
import type { TagModel } from '../tag/tag-model';
import { labelOf } from '../train/target';
import type { Annotations } from './annotations';

/** What a key binding or a script may say. */
interface ExportArguments {
  format?: ExportFormat;
  /** Where to; without it the person is asked. */
  target?: vscode.Uri;
}

/** Writes the text in front with what is shown in it: annotations, and tags of the model elsewhere. Throws UserError. */
export async function exportShown(
  model: TagModel,
  annotations: Annotations,
  argument?: unknown,
): Promise<vscode.Uri | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  const tags = model.of(document);
  if (!document || !tags) {
    throw new UserError(vscode.l10n.t('This text has neither annotations nor tags: annotate it or tag it first.'));
  }
  const given: ExportArguments = typeof argument === 'object' && argument !== null ? argument : {};
  const format = given.format ?? (await askFormat());
  if (!format) return undefined;
  const target = given.target ?? (await askTarget(document, format));
  if (!target) return undefined;
  const lines: HighlightedLine[] = [];
  for (let line = 0; line < document.lineCount; line++) {
    const { text, isEmptyOrWhitespace } = document.lineAt(line);
    const spans = tags.spansAt(line).map(({ start, end, label }) => ({ start, end, label }));
    if (!isEmptyOrWhitespace) lines.push({ text, spans });
  }
  const scheme = tags.chunks === false ? 'tokens' : annotations.of(document)?.scheme;
  await vscode.workspace.fs.writeFile(target, Buffer.from(exportTags(format, labelOf(document.uri), lines, scheme)));
  return target;
}

async function askFormat(): Promise<ExportFormat | undefined> {
  const items: (vscode.QuickPickItem & { format: ExportFormat })[] = [
    { format: 'html', label: 'HTML', description: vscode.l10n.t('a page with the highlighting') },
    { format: 'conll', label: 'CoNLL', description: vscode.l10n.t('a token and its tag a line') },
    { format: 'spans', label: 'JSON lines', description: vscode.l10n.t('a text and its spans a line') },
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Export Tags as') }))?.format;
}

async function askTarget({ uri }: vscode.TextDocument, format: ExportFormat): Promise<vscode.Uri | undefined> {
  const name = `${uri.path.replace(/\.[^./]*$/, '')}.${exportFormats[format]}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = uri.scheme === 'untitled' ? folder && vscode.Uri.joinPath(folder, labelOf(uri.with({ path: name }))) : uri.with({ path: name }); // prettier-ignore
  return vscode.window.showSaveDialog({ defaultUri, title: vscode.l10n.t('Export Tags') });
}
