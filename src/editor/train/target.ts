import { posix } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { Source } from '../../protocol/worker';
import { RECIPE_SUFFIX } from '../common/ids';

/** Documents of the workbench itself, which happen to be "active" while a person looks at them. */
const NOT_TEXTS = new Set(['output', 'comment', 'vscode-scm', 'debug', 'vscode', 'vscode-settings', 'vscode-userdata']);

/** The text a person means: the resource a menu was opened on, else the editor in front, else the tab in front. */
export function findTarget(resource?: vscode.Uri): vscode.Uri | undefined {
  if (resource) return resource;
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active && !NOT_TEXTS.has(active.scheme)) return active;
  // A text past VS Code's limit for extensions has a tab, but no editor that extensions can see.
  const group = vscode.window.tabGroups.activeTabGroup;
  return uriOf(group.activeTab) ?? onlyText();
}

export function isRecipe(uri: vscode.Uri): boolean {
  return uri.path.endsWith(RECIPE_SUFFIX);
}

/** Texts in open tabs, recipes left out, the one in front of each group first. */
export function openTexts(): vscode.Uri[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = [...tabs.filter((tab) => tab.isActive), ...tabs].flatMap((tab) => uriOf(tab) ?? []);
  const different = new Map(uris.filter((uri) => !isRecipe(uri)).map((uri) => [uri.toString(), uri]));
  return [...different.values()];
}

export function labelOf(uri: vscode.Uri): string {
  return posix.basename(uri.path) || uri.path;
}

/**
 * What the worker reads: the file itself when it holds what is on the screen, else the text on the screen. Throws
 * UserError when there is no text to be had.
 */
export async function sourceOf(uri: vscode.Uri): Promise<Source> {
  const where = { label: labelOf(uri), uri: uri.scheme === 'untitled' ? undefined : uri.toString() };
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  if (uri.scheme === 'file' && (!document || isAsOnDisk(document))) return { kind: 'file', path: uri.fsPath, ...where };
  return { kind: 'text', text: (document ?? (await open(uri))).getText(), ...where };
}

function isAsOnDisk(document: vscode.TextDocument): boolean {
  // In another encoding the screen shows characters that the bytes, read as UTF-8, do not.
  const utf8 = document.encoding === undefined || document.encoding.startsWith('utf8');
  return !document.isDirty && utf8;
}

async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    throw new UserError(vscode.l10n.t('{0} cannot be opened as text: choose a text file.', labelOf(uri)));
  }
}

function uriOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  const isText = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return isText && !NOT_TEXTS.has(input.uri.scheme) ? input.uri : undefined;
}

/** With the dashboard in front, the text beside it is meant, when there is but one. */
function onlyText(): vscode.Uri | undefined {
  const shown = vscode.window.visibleTextEditors.map((editor) => editor.document.uri);
  const texts = shown.filter((uri) => !NOT_TEXTS.has(uri.scheme));
  return texts.length === 1 ? texts[0] : undefined;
}
