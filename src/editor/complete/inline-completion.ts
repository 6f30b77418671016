import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../core/errors';
import { onSettingsChange, setting } from '../common/settings';
import type { RunsStore } from '../runs/runs-store';
import { PROMPT_CHARACTERS, promptFrom } from '../sample/prompt';
import type { WorkerThreads } from '../threads/worker-threads';
import { tellsTokens } from './next-token-hover';

/** Milliseconds without a key press after which a completion is thought of. */
const PATIENCE = 150;

/** Offers how the current run would go on with the line, as ghost text; off unless a setting turns it on. */
export class InlineCompletion implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  private registration: vscode.Disposable | undefined;
  private readonly listener: vscode.Disposable;
  private completions = 0;

  constructor(
    private readonly threads: WorkerThreads,
    private readonly runs: RunsStore,
  ) {
    this.listener = onSettingsChange(['inlineCompletion.enabled'], () => this.register());
    this.register();
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    _: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    if (token.isCancellationRequested || !document.lineAt(position).range.end.isEqual(position)) return [];
    const run = await this.runs.current();
    if (!run || !tellsTokens(run)) return [];
    const from = document.positionAt(document.offsetAt(position) - 2 * PROMPT_CHARACTERS);
    const prompt = promptFrom(document.getText(new vscode.Range(from, position)));
    const controller = new AbortController();
    const listener = token.onCancellationRequested(() => controller.abort());
    try {
      const options = {
        length: setting('inlineCompletion.length'),
        temperature: 0,
        stop: '\n',
        checkpoint: 'best' as const,
      };
      const id = `inline-${++this.completions}`;
      const { texts } = await this.threads.request(
        'predict',
        'sample',
        { id, run: run.folder, prompt, ...options },
        controller.signal,
      );
      return texts[0] ? [new vscode.InlineCompletionItem(texts[0], new vscode.Range(position, position))] : [];
    } catch (error) {
      if (error instanceof Cancelled || error instanceof UserError) return [];
      throw error;
    } finally {
      listener.dispose();
    }
  }

  dispose(): void {
    this.listener.dispose();
    this.registration?.dispose();
  }

  private register(): void {
    this.registration?.dispose();
    this.registration = setting('inlineCompletion.enabled')
      ? vscode.languages.registerInlineCompletionItemProvider([{ scheme: 'file' }, { scheme: 'untitled' }], this)
      : undefined;
  }
}
