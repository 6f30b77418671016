import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { Classified } from '../../protocol/worker';
import { bar } from '../common/bars';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import { command } from '../common/ids';
import { runFor } from '../runs/run-for';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';

/** Lines and characters that are classified at once, at most. */
const MOST_LINES = 2000;
const MOST_CHARACTERS = 200_000;
/** Labels that the hover lists. */
const LISTED = 8;

/** What the model says of a line. */
export interface LabelledLine {
  /** From 1, as people count. */
  line: number;
  text: string;
  chosen: string[];
  /** Of the most probable label. */
  probability: number;
  labels: Classified['labels'];
  /** Whether the file itself says the same; missing where it says nothing. */
  right?: boolean;
}

/** Writes behind each line which label the model gives it, until the text changes or it is cleared. */
export class ClassifyView implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;
  private readonly paint: vscode.TextEditorDecorationType;
  private shown: { document: vscode.TextDocument; lines: LabelledLine[] } | undefined;
  private running: AbortController | undefined;

  constructor(
    private readonly threads: WorkerThreads,
    private readonly runs: RunsStore,
    private readonly context: ContextKeys,
  ) {
    context.set('classified', false);
    this.paint = this.disposables.add(
      vscode.window.createTextEditorDecorationType({ after: { margin: '0 0 0 2.5em' } }),
    );
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('sequenceLab.labels', vscode.StatusBarAlignment.Right, 101),
    );
    this.item.name = vscode.l10n.t('Sequence Lab Labels');
    this.item.command = command('clearScores');
    this.disposables.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === this.shown?.document && contentChanges.length > 0) this.clear();
      }),
    );
    this.disposables.add(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()));
  }

  /** Classifies the lines of the selection, or the line of the cursor. Throws UserError. */
  async classifySelection(): Promise<LabelledLine[] | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) throw new UserError(vscode.l10n.t('No text is open: open one and select the lines to classify.'));
    const { document, selection } = editor;
    const { version } = document;
    const run = await runFor(this.runs, 'labels');
    const { first, texts } = linesOf(document, selection);
    this.running?.abort();
    this.running = new AbortController();
    const params = { run: run.folder, texts, top: LISTED, lines: { header: document.lineAt(0).text } };
    const answers = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Classifying') },
      () => this.threads.request('predict', 'classify', params, this.running?.signal),
    );
    if (document.version !== version || document.isClosed) return undefined;
    if (answers.length === 0)
      throw new UserError(vscode.l10n.t('The selection is empty: select the lines to classify.'));
    const lines = answers.map((answer) => labelled(answer, first));
    this.shown = { document, lines };
    this.draw();
    this.tell(lines, run.record.name);
    return lines;
  }

  clear(): void {
    this.running?.abort();
    this.shown = undefined;
    this.item.hide();
    this.context.set('classified', false);
    this.draw();
  }

  /** What stands behind the lines, for tests. */
  get labels(): string[] {
    return this.shown?.lines.map(caption) ?? [];
  }

  dispose(): void {
    this.running?.abort();
    this.disposables.dispose();
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const lines = editor.document === this.shown?.document ? this.shown.lines : [];
      editor.setDecorations(this.paint, lines.map((line) => decoration(line, editor.document))); // prettier-ignore
    }
  }

  private tell(lines: LabelledLine[], run: string): void {
    this.context.set('classified', true);
    const judged = lines.filter(({ right }) => right !== undefined);
    const right = judged.filter((line) => line.right).length;
    const text =
      judged.length > 0
        ? vscode.l10n.t('{0} of {1} right', right, judged.length)
        : vscode.l10n.t('{0} lines labelled', lines.length);
    this.item.text = `$(tag) ${text}`;
    this.item.tooltip = vscode.l10n.t('Labelled by {0}. Click to clear.', run);
    this.item.show();
  }
}

/** The lines that a selection touches, and the place of the first, from 0. Throws UserError when they are too many. */
function linesOf(document: vscode.TextDocument, selection: vscode.Selection): { first: number; texts: string[] } {
  const { start, end } = selection;
  // A selection of whole lines ends at the beginning of the next.
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  if (last - start.line >= MOST_LINES) {
    throw new UserError(
      vscode.l10n.t('{0} lines are selected, and at most {1} are classified: select fewer.', last - start.line + 1, MOST_LINES), // prettier-ignore
    );
  }
  const texts = Array.from({ length: last - start.line + 1 }, (_, k) => document.lineAt(start.line + k).text);
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  if (characters > MOST_CHARACTERS) {
    throw new UserError(
      vscode.l10n.t('{0} characters are selected, and at most {1} are classified: select less.', characters, MOST_CHARACTERS), // prettier-ignore
    );
  }
  return { first: start.line, texts };
}

/** @param first line of the selection, from 0 */
function labelled({ chosen, labels, line = 0, text, right }: Classified, first: number): LabelledLine {
  return {
    line: first + line + 1,
    text,
    chosen,
    probability: labels[0]?.probability ?? 0,
    labels,
    ...(right !== undefined && { right }),
  };
}

/** "✓ negative 98 %". */
function caption({ chosen, labels, right }: LabelledLine): string {
  const names = chosen.map((name) => {
    const probability = labels.find(({ label }) => label === name)?.probability;
    return probability === undefined ? name : `${name} ${Math.round(probability * 100)} %`;
  });
  const mark = right === undefined ? '→' : right ? '✓' : '✗';
  return `${mark} ${names.join(', ') || vscode.l10n.t('no label')}`;
}

function decoration(line: LabelledLine, document: vscode.TextDocument): vscode.DecorationOptions {
  const color = new vscode.ThemeColor(line.right === false ? 'sequenceLab.labelWrong' : 'sequenceLab.label');
  const { end } = document.lineAt(line.line - 1).range;
  return {
    range: new vscode.Range(end, end),
    renderOptions: { after: { contentText: caption(line), color } },
    hoverMessage: distribution(line),
  };
}

function distribution({ labels }: LabelledLine): vscode.MarkdownString {
  const width = Math.max(...labels.map(({ label }) => label.length), 1);
  const rows = labels.map(
    ({ label, probability }) =>
      `${label.padEnd(width)}  ${bar(probability, labels[0].probability)}  ${(probability * 100).toFixed(1)} %`,
  );
  return new vscode.MarkdownString().appendCodeblock(rows.join('\n'), 'text');
}
