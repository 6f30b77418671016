import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { RankedAlternative } from '../../protocol/worker';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';

/** Alternatives that are listed. */
const LISTED = 100;

/**
 * Ranks what the braces of a selection stand for, as in "pe{ar|ir}", and lets a person put one in its place.
 * Answers with the ranking. Throws UserError.
 */
export async function rankAlternatives(
  threads: WorkerThreads,
  runs: RunsStore,
  choose: typeof vscode.window.showQuickPick = vscode.window.showQuickPick,
): Promise<RankedAlternative[]> {
  const editor = vscode.window.activeTextEditor;
  if (!editor)
    throw new UserError(vscode.l10n.t('No text is open: write alternatives such as pe{ar|ir} and select them.'));
  const range = rangeOf(editor);
  const pattern = editor.document.getText(range);
  const run = await runs.current();
  if (!run) throw new UserError(vscode.l10n.t('There are no runs yet: open a text and train on it.'));
  const ranked = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Ranking alternatives') },
    () => threads.request('predict', 'rank', { run: run.folder, pattern }),
  );
  void offer(ranked, choose).then(async (chosen) => {
    if (chosen !== undefined && editor.document.getText(range) === pattern) {
      await editor.edit((builder) => builder.replace(range, chosen));
    }
  });
  return ranked;
}

/** The selection, or the line of the cursor. */
function rangeOf({ document, selection }: vscode.TextEditor): vscode.Range {
  return selection.isEmpty ? document.lineAt(selection.active.line).range : selection;
}

async function offer(
  ranked: RankedAlternative[],
  choose: typeof vscode.window.showQuickPick,
): Promise<string | undefined> {
  const items = ranked.slice(0, LISTED).map(({ text, choices, share, logProbability }, place) => ({
    label: `${place + 1}. ${choices.join(' · ')}`,
    description: vscode.l10n.t('{0} %, log-probability {1}', (share * 100).toFixed(1), logProbability.toFixed(2)),
    detail: text,
    text,
  }));
  const title = vscode.l10n.t('Alternatives by Probability');
  return (await choose(items, { title, placeHolder: vscode.l10n.t('Enter puts one in the place of the selection') }))
    ?.text;
}
