import type * as vscode from 'vscode';
import { l10n } from 'vscode';
import { Cancelled, UserError } from '../../core/errors';
import { inSlices } from './slices';

/** The lines of a document, from the first. */
export function* linesOf(document: vscode.TextDocument): Generator<string, void> {
  for (let line = 0; line < document.lineCount; line++) yield document.lineAt(line).text;
}

/**
 * What long work on a document's lines comes to, done a slice at a time. Throws UserError when the document changes
 * meanwhile, and Cancelled.
 */
export async function lookThrough<T>(
  document: vscode.TextDocument,
  work: Generator<void, T>,
  signal: AbortSignal,
): Promise<T> {
  const { version } = document;
  const found = await inSlices(work, () => !signal.aborted && document.version === version);
  if (signal.aborted) throw new Cancelled();
  if (found === undefined) throw new UserError(l10n.t('The text has changed meanwhile: try again.'));
  return found;
}
