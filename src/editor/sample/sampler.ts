import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../core/errors';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import { command } from '../common/ids';
import { setting } from '../common/settings';
import { folderOf } from '../runs/run-pick';
import { runFor } from '../runs/run-for';
import type { ListedRun, RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';
import { labelOf, type LabelChoice } from './label-choice';
import { PROMPT_CHARACTERS, promptFrom } from './prompt';
import { TextWriter } from './text-writer';

/** Who writes, and what about. */
interface Model {
  run: string;
  label?: string;
}

/** Where a sample begins. */
interface Start {
  document: vscode.TextDocument;
  place: vscode.Position;
  prompt: string | undefined;
}

/** The commands that let a model write: at the cursor, or into a new document. One sample at a time. */
export class Sampler implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;
  private running: AbortController | undefined;
  private samples = 0;

  constructor(
    private readonly threads: WorkerThreads,
    private readonly runs: RunsStore,
    private readonly context: ContextKeys,
    private readonly labels: LabelChoice,
  ) {
    context.set('sampling', false);
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('sequenceLab.sampling', vscode.StatusBarAlignment.Left, 9),
    );
    this.item.name = vscode.l10n.t('Sequence Lab Sampling');
    this.item.text = `$(edit) ${vscode.l10n.t('Sampling… (click to stop)')}`;
    this.item.command = command('stopSampling');
  }

  /** Writes at the cursor, or into a new document where there is no editor that can be written. Throws UserError. */
  async atCursor(argument?: unknown): Promise<string | undefined> {
    return this.sample(argument, (run) => {
      const editor = folderOf(argument) === undefined ? vscode.window.activeTextEditor : undefined;
      return editor && isWritable(editor.document) ? startAt(editor, run) : newDocument();
    });
  }

  /** Writes into a new document, going on from what is before the cursor if there is one. Throws UserError. */
  async toNewDocument(argument?: unknown): Promise<string | undefined> {
    return this.sample(argument, (run) => {
      const editor = folderOf(argument) === undefined ? vscode.window.activeTextEditor : undefined;
      return newDocument(editor && startAt(editor, run).prompt);
    });
  }

  stop(): void {
    this.running?.abort();
  }

  dispose(): void {
    this.stop();
    this.disposables.dispose();
  }

  private async sample(
    argument: unknown,
    begin: (run: ListedRun) => Start | Promise<Start>,
  ): Promise<string | undefined> {
    if (this.running) throw new UserError(vscode.l10n.t('A sample is being written: stop it first.'));
    const controller = new AbortController();
    this.running = controller;
    this.item.show();
    this.context.set('sampling', true);
    try {
      const run = await runFor(this.runs, 'text', folderOf(argument));
      const chosen = await this.labels.of(run, labelOf(argument));
      if (chosen === 'cancelled') return undefined;
      return await this.stream({ run: run.folder, ...chosen }, await begin(run), controller.signal);
    } finally {
      this.running = undefined;
      this.item.hide();
      this.context.set('sampling', false);
    }
  }

  /** Answers with the text that was written. */
  private async stream(model: Model, start: Start, signal: AbortSignal): Promise<string | undefined> {
    const id = String(++this.samples);
    let writer = new TextWriter(start.document, start.place);
    let written = '';
    const listener = this.threads.onSampled((said) => {
      if (said.id !== id || signal.aborted) return;
      written += said.text;
      writer.write(said.text);
    });
    try {
      await this.ask(model, id, start.prompt, signal);
      await writer.end().catch(async (error: unknown) => {
        if (!writer.refused) throw error;
        // Read-only: the text is not lost, it goes into a document of its own.
        writer.dispose();
        const { document, place } = await newDocument();
        writer = new TextWriter(document, place);
        writer.write(written);
        await writer.end();
      });
      return written;
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      await writer.end();
      return written;
    } finally {
      listener.dispose();
      writer.dispose();
    }
  }

  private async ask(model: Model, id: string, prompt: string | undefined, signal: AbortSignal): Promise<void> {
    const options = {
      length: setting('sample.length'),
      temperature: setting('sample.temperature'),
      topP: setting('sample.topP'),
      checkpoint: 'best' as const,
    };
    await this.threads.request('predict', 'sample', { id, ...model, prompt, ...options }, signal);
  }
}

function isWritable(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === true;
}

/** Behind the selection, which is then the prompt; else at the cursor. */
function startAt(editor: vscode.TextEditor, { record }: ListedRun): Start {
  const { document, selection } = editor;
  const place = selection.end;
  if (!selection.isEmpty) {
    const prompt = promptFrom(document.getText(selection));
    // A selection would grow with the text that is written at its end.
    editor.selection = new vscode.Selection(place, place);
    return { document, place, prompt };
  }
  // A text for a label begins where it begins, whatever stands above it.
  if (record.recipe.task === 'label-to-sequence') return { document, place, prompt: undefined };
  // The text is not copied as a whole: a thousand characters are wanted, of a document that may have millions.
  const from = document.positionAt(document.offsetAt(place) - 2 * PROMPT_CHARACTERS);
  return { document, place, prompt: promptFrom(document.getText(new vscode.Range(from, place))) };
}

async function newDocument(prompt = ''): Promise<Start> {
  const document = await vscode.workspace.openTextDocument({ content: prompt });
  const editor = await vscode.window.showTextDocument(document, { viewColumn: textColumn(), preview: false });
  const place = document.positionAt(prompt.length);
  editor.selection = new vscode.Selection(place, place);
  return { document, place, prompt: prompt || undefined };
}

/** Beside a page in front, in the column that shows texts already, so that the page stays in sight. */
function textColumn(): vscode.ViewColumn | undefined {
  if (vscode.window.activeTextEditor) return undefined;
  return vscode.window.visibleTextEditors.find((editor) => editor.viewColumn !== undefined)?.viewColumn;
}
