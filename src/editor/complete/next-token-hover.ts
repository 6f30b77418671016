import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../core/errors';
import type { NextTokens } from '../../protocol/worker';
import { bar } from '../common/bars';
import { Disposables } from '../common/disposables';
import { setting } from '../common/settings';
import { runFor } from '../runs/run-for';
import type { ListedRun, RunsStore } from '../runs/runs-store';
import { PROMPT_CHARACTERS, promptFrom } from '../sample/prompt';
import { visibleToken } from '../score/surprise';
import type { WorkerThreads } from '../threads/worker-threads';

/** Tokens that are shown. */
const SHOWN = 8;

/** Shows in a hover which tokens the model expects at that place. */
export class NextTokenHover implements vscode.HoverProvider, vscode.Disposable {
  private readonly disposables = new Disposables();
  /** The next hover was asked for by command, and shows wherever it is. */
  private asked = false;

  constructor(
    private readonly threads: WorkerThreads,
    private readonly runs: RunsStore,
  ) {
    this.disposables.add(vscode.languages.registerHoverProvider([{ scheme: 'file' }, { scheme: 'untitled' }], this));
  }

  /** Opens the hover at the cursor. Throws UserError when no run can tell. */
  async showAtCursor(): Promise<void> {
    if (!vscode.window.activeTextEditor)
      throw new UserError(vscode.l10n.t('No text is open: open one and put the cursor in it.'));
    await runFor(this.runs, 'text');
    this.asked = true;
    await vscode.commands.executeCommand('editor.action.showHover');
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const asked = this.asked;
    this.asked = false;
    const wish = setting('hover.nextToken');
    if (!asked && wish === 'never') return undefined;
    const run = await this.runs.current();
    if (!run || !tellsTokens(run)) return undefined;
    if (!asked && wish === 'source' && run.record.source.uri !== document.uri.toString()) return undefined;
    const expected = await this.ask(run, document, position, token);
    return expected && new vscode.Hover(render(expected, run.record.name), new vscode.Range(position, position));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async ask(
    run: ListedRun,
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<NextTokens | undefined> {
    const controller = new AbortController();
    const listener = token.onCancellationRequested(() => controller.abort());
    const from = document.positionAt(document.offsetAt(position) - 2 * PROMPT_CHARACTERS);
    const context = promptFrom(document.getText(new vscode.Range(from, position))) ?? '';
    try {
      return await this.threads.request(
        'predict',
        'nextTokens',
        { run: run.folder, context, count: SHOWN },
        controller.signal,
      );
    } catch (error) {
      // A hover that cannot be shown is not worth a message.
      if (error instanceof Cancelled || error instanceof UserError) return undefined;
      throw error;
    } finally {
      listener.dispose();
    }
  }
}

/** Whether the run's model expects tokens at all, and has been saved once. */
export function tellsTokens({ record }: ListedRun): boolean {
  return record.recipe.task === 'language-model' && record.best !== undefined;
}

function render({ tokens, entropy }: NextTokens, run: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${vscode.l10n.t('Next token')}** · `);
  text.appendText(`${run} · ${vscode.l10n.t('{0} bits of doubt', (entropy / Math.LN2).toFixed(1))}`);
  const width = Math.max(...tokens.map(({ token }) => visibleToken(token).length), 1);
  const rows = tokens.map(
    ({ token, probability }) =>
      `${visibleToken(token).padEnd(width)}  ${bar(probability, tokens[0].probability)}  ${(probability * 100).toFixed(1)} %`,
  );
  text.appendCodeblock(rows.join('\n'), 'text');
  return text;
}
