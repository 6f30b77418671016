import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { WorkerContract } from '../../protocol/worker';
import { runFor } from '../runs/run-for';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';

type CopiedSpan = NonNullable<WorkerContract['requests']['memorisation']['result']>;

/** Characters of the span that are quoted. */
const QUOTED = 80;

/**
 * Names the longest span of the selection (else of the whole text) that the current run's training text holds word for
 * word. Answers with it. Throws UserError.
 */
export async function checkMemorisation(threads: WorkerThreads, runs: RunsStore): Promise<CopiedSpan | null> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new UserError(vscode.l10n.t('No text is open: open a sample, or select a part of one.'));
  const text = editor.document.getText(editor.selection.isEmpty ? undefined : editor.selection);
  const run = await runFor(runs, 'text');
  const span = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking for copied spans') },
    () => threads.request('predict', 'memorisation', { run: run.folder, text }),
  );
  void tell(span, run.record.source.uri, run.record.source.label);
  return span;
}

async function tell(span: CopiedSpan | null, uri: string | undefined, label: string): Promise<void> {
  if (!span) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing in this text stands in {0}.', label));
    return;
  }
  const quoted = span.text.length > QUOTED ? `${span.text.slice(0, QUOTED)}…` : span.text;
  const sentence = vscode.l10n.t(
    'The longest span that stands in {0} word for word has {1} characters (line {2}): "{3}"',
    label,
    span.length,
    span.sourceLine,
    quoted.replace(/\s+/g, ' '),
  );
  const show = vscode.l10n.t('Show in Source');
  const answer = await vscode.window.showInformationMessage(sentence, ...(uri ? [show] : []));
  if (answer === show && uri) await reveal(vscode.Uri.parse(uri), span);
}

async function reveal(uri: vscode.Uri, { sourceLine, text }: CopiedSpan): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  const line = Math.min(sourceLine, document.lineCount) - 1;
  const wanted = document.eol === vscode.EndOfLine.CRLF ? text.replaceAll('\n', '\r\n') : text;
  const lines = new vscode.Range(line, 0, line + text.split('\n').length, 0);
  const at = document.getText(lines).indexOf(wanted);
  const from = document.offsetAt(lines.start) + at;
  // The source may have changed since it was learned: then its line is shown.
  const [start, end] =
    at < 0 ? [lines.start, lines.start] : [document.positionAt(from), document.positionAt(from + wanted.length)];
  editor.selection = new vscode.Selection(start, end);
  editor.revealRange(new vscode.Range(start, end), vscode.TextEditorRevealType.InCenter);
}
