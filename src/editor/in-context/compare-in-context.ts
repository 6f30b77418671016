import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { InContextReport } from '../../protocol/in-context';
import { cancellable } from '../common/cancellable';
import { Disposables } from '../common/disposables';
import { IN_CONTEXT_VIEW } from '../common/ids';
import { linesOf, lookThrough } from '../common/look-through';
import { PagePanel } from '../common/page-panel';
import type { Reporter } from '../common/reporter';
import { saveFile } from '../common/save-file';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';
import { around } from './around';
import { contextualRun } from './contextual-run';
import type { InContextPage } from './in-context-page';

/** Occurrences that are compared: more make an unreadable map. */
const MOST = 200;

interface Compared {
  report: InContextReport;
  document: vscode.Uri;
  /** Where each occurrence stood. */
  ranges: vscode.Range[];
}

/** The command "Compare in Context": what a word is in each of its sentences, on a page beside the text. */
export class CompareInContext implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly panel: PagePanel<InContextPage>;
  private compared: Compared | undefined;

  constructor(
    extension: vscode.Uri,
    private readonly threads: WorkerThreads,
    private readonly runs: RunsStore,
    reporter: Reporter,
  ) {
    const options = { view: IN_CONTEXT_VIEW, script: 'in-context', title: vscode.l10n.t('Compare in Context') };
    const actions = {
      report: () => this.compared?.report,
      goTo: (occurrence: number) => this.goTo(occurrence),
      saveFile,
      failed: (error: unknown) => void reporter.sentence(error),
    };
    this.panel = this.disposables.add(
      new PagePanel(extension, reporter, options, async (webview) => {
        // Loaded with the first page, and not when the extension starts.
        const { InContextPage } = await import(/* webpackMode: "eager" */ './in-context-page');
        return new InContextPage(webview, actions);
      }),
    );
  }

  /** Handler of this room's command. */
  readonly commands = { compareInContext: () => this.compare() };

  /** What the page on the screen shows; undefined when there is none. */
  get shown(): InContextReport | undefined {
    return this.panel.visible ? this.panel.page?.shown : undefined;
  }

  /** Shows an occurrence in its text. Throws UserError when it is no longer there. */
  async goTo(occurrence: number): Promise<void> {
    const range = this.compared?.ranges[occurrence];
    if (!this.compared || !range) return;
    const document = await vscode.workspace.openTextDocument(this.compared.document);
    if (document.getText(range) !== this.compared.report.occurrences[occurrence].word)
      throw new UserError(vscode.l10n.t('The text has changed since then: compare the word again.'));
    const viewColumn = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
    const editor = await vscode.window.showTextDocument(document, { viewColumn: viewColumn ?? vscode.ViewColumn.One });
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Compares the occurrences of the words at the cursors. Answers with the report. Throws UserError. */
  private async compare(): Promise<InContextReport> {
    const editor = vscode.window.activeTextEditor;
    const words = editor ? wordsAt(editor) : [];
    if (!editor || words.length === 0)
      throw new UserError(vscode.l10n.t('There is no word at the cursor: put it on one and try again.'));
    const { document } = editor;
    const run = await contextualRun(this.runs);
    const title = vscode.l10n.t('Comparing “{0}” in context', words.join(', '));
    const { lines, answer } = await cancellable(title, async (signal) => {
      const held = await lookThrough(document, linesWith(linesOf(document), words), signal);
      const params = { run: run.folder, texts: held.map(({ text }) => text), words, most: MOST, maps: true };
      return { lines: held, answer: await this.threads.request('predict', 'contexts', params, signal) };
    });
    const { occurrences, maps, ...found } = answer;
    if (!maps) throw new Error('The answer has no maps.');
    const report = {
      ...found,
      maps,
      words,
      run: run.record.name,
      text: basename(document.uri.path),
      occurrences: occurrences.map(({ text, start, end }) => {
        return { ...around(lines[text].text, start, end), line: lines[text].line + 1 };
      }),
    };
    const ranges = occurrences.map(
      ({ text, start, end }) => new vscode.Range(lines[text].line, start, lines[text].line, end),
    );
    this.compared = { report, document: document.uri, ranges };
    this.panel.page?.show(report);
    this.panel.show();
    return report;
  }
}

/** What is selected, of an empty selection the word at the cursor; each word once, in any case. */
function wordsAt({ document, selections }: vscode.TextEditor): string[] {
  const words = new Map<string, string>();
  for (const selection of selections) {
    const range = selection.isEmpty ? document.getWordRangeAtPosition(selection.active) : selection;
    const word = range && document.getText(range).trim();
    if (word && !words.has(word.toLowerCase())) words.set(word.toLowerCase(), word);
  }
  return [...words.values()];
}

/** Lines that may hold one of the words, so that others need not be sent. Yields after each line. */
function* linesWith(
  lines: Iterable<string>,
  words: readonly string[],
): Generator<void, { line: number; text: string }[]> {
  const wanted = words.map((word) => word.toLowerCase());
  const found: { line: number; text: string }[] = [];
  let line = 0;
  for (const text of lines) {
    const lower = text.toLowerCase();
    if (wanted.some((word) => lower.includes(word))) found.push({ line, text });
    line++;
    yield;
  }
  return found;
}
