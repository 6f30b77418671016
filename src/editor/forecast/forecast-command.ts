import * as vscode from 'vscode';
import { storedKeys } from '../common/ids';
import { folderOf } from '../runs/run-pick';
import { runFor } from '../runs/run-for';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';

/** Rows that are offered at first, and that are forecast at most. */
const ROWS = 24;
const MOST_ROWS = 100_000;
/** Rows of a long table that the forecast goes on from: a recurrent state forgets what is further back. */
const HISTORY = 20_000;

/**
 * The command "Forecast": reads the table in the editor with the current run's model of a series, and writes the rows
 * that it expects next into a new document. Without a table in front, the run's own data go on.
 */
export class ForecastCommand {
  constructor(
    private readonly threads: WorkerThreads,
    private readonly runs: RunsStore,
    private readonly memory: vscode.Memento,
  ) {}

  /**
   * @param argument `{ rows?, folder? }`; with rows nothing is asked, with a folder that run's own data go on
   * Answers with the new document's text; undefined when the person thought better of it. Throws UserError.
   */
  async run(argument?: unknown): Promise<string | undefined> {
    const folder = folderOf(argument);
    const run = await runFor(this.runs, 'series', folder);
    const prompt = folder === undefined ? tableIn(vscode.window.activeTextEditor?.document) : undefined;
    const rows = rowsOf(argument) ?? (await this.ask(run.record.name));
    if (rows === undefined) return undefined;
    const { texts } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Forecasting') },
      () =>
        this.threads.request('predict', 'sample', {
          ...{ id: 'forecast', run: run.folder, prompt, length: rows, temperature: 0, checkpoint: 'best' as const },
        }),
    );
    const document = await vscode.workspace.openTextDocument({ content: texts[0], language: 'csv' }).then(
      (opened) => opened,
      // An editor without the language still shows the text.
      () => vscode.workspace.openTextDocument({ content: texts[0] }),
    );
    await vscode.window.showTextDocument(document, { preview: false });
    return texts[0];
  }

  private async ask(name: string): Promise<number | undefined> {
    const answer = await vscode.window.showInputBox({
      title: vscode.l10n.t('Forecast with {0}', name),
      prompt: vscode.l10n.t('How many rows shall it write?'),
      value: String(this.memory.get<number>(storedKeys.forecastRows) ?? ROWS),
      validateInput: (text) =>
        readRows(text) === undefined ? vscode.l10n.t('Write a number of rows from 1 to {0}.', MOST_ROWS) : undefined,
    });
    const rows = answer === undefined ? undefined : readRows(answer);
    if (rows !== undefined) await this.memory.update(storedKeys.forecastRows, rows);
    return rows;
  }
}

/** Rows as people write them; undefined when that is no number of rows. */
export function readRows(text: string): number | undefined {
  const rows = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  return rows >= 1 && rows <= MOST_ROWS ? rows : undefined;
}

function rowsOf(argument: unknown): number | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { rows } = argument as Record<string, unknown>;
  return typeof rows === 'number' ? readRows(String(rows)) : undefined;
}

/** The heading and the last rows of a document that looks like a table of numbers; undefined when it does not. */
function tableIn(document: vscode.TextDocument | undefined): string | undefined {
  if (!document || document.lineCount < 2 || !/\d[,;\t ]\s*-?[\d.]/.test(document.lineAt(1).text)) return undefined;
  const from = Math.max(1, document.lineCount - HISTORY);
  const heading = document.lineAt(0).text;
  const rows = document.getText(new vscode.Range(from, 0, document.lineCount, 0));
  return `${heading}\n${rows}`;
}
