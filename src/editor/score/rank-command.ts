import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { RankedAlternative } from '../../protocol/worker';
import { runFor } from '../runs/run-for';
import type { RunsStore } from '../runs/runs-store';
import { labelOf, type LabelChoice } from '../sample/label-choice';
import type { WorkerThreads } from '../threads/worker-threads';

/** Alternatives that are listed. */
const LISTED = 100;

/**
 * Ranks what the braces of a selection stand for, as in "pe{ar|ir}", and lets a person put one in its place.
 * Answers with the ranking. Throws UserError.
 */
export async function rankAlternatives(
  { threads, runs, labels }: { threads: WorkerThreads; runs: RunsStore; labels: LabelChoice },
  argument?: unknown,
  choose: typeof vscode.window.showQuickPick = vscode.window.showQuickPick,
): Promise<RankedAlternative[] | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor)
    throw new UserError(vscode.l10n.t('No text is open: write alternatives such as pe{ar|ir} and select them.'));
  const range = rangeOf(editor);
  const pattern = editor.document.getText(range);
  const run = await runFor(runs, 'text');
  const chosen = await labels.of(run, labelOf(argument));
  if (chosen === 'cancelled') return undefined;
  const ranked = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Ranking alternatives') },
    () => threads.request('predict', 'rank', { run: run.folder, pattern, ...chosen }),
  );
  void offer(ranked, choose).then(async (text) => {
    if (text !== undefined && editor.document.getText(range) === pattern) {
      await editor.edit((builder) => builder.replace(range, text));
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
