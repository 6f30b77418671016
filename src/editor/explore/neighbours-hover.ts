import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../core/errors';
import type { SimilarWord } from '../../protocol/word-vectors';
import { bar } from '../common/bars';
import { Disposables } from '../common/disposables';
import { setting } from '../common/settings';
import type { WorkerThreads } from '../threads/worker-threads';
import type { VectorSources } from './vector-sources';

/** Words that are shown. */
const SHOWN = 8;

/** Shows the neighbours of the word under the pointer, where a person wishes so and the current run has word vectors. */
export class NeighboursHover implements vscode.HoverProvider, vscode.Disposable {
  private readonly disposables = new Disposables();

  constructor(
    private readonly threads: WorkerThreads,
    private readonly sources: VectorSources,
  ) {
    this.disposables.add(vscode.languages.registerHoverProvider([{ scheme: 'file' }, { scheme: 'untitled' }], this));
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    if (!setting('embeddings.hover')) return undefined;
    const range = document.getWordRangeAtPosition(position);
    const choice = range && (await this.sources.active());
    if (!range || !choice) return undefined;
    const controller = new AbortController();
    const listener = token.onCancellationRequested(() => controller.abort());
    const query = { kind: 'neighbours', word: document.getText(range), count: SHOWN } as const;
    try {
      const { source } = choice;
      const answer = await this.threads.request('predict', 'embedding', { source, query }, controller.signal);
      return 'words' in answer && answer.kind === 'neighbours'
        ? new vscode.Hover(render(answer.words, choice.name), range)
        : undefined;
    } catch (error) {
      // A hover that cannot be shown is not worth a message: most words of code have no vector.
      if (error instanceof Cancelled || error instanceof UserError) return undefined;
      throw error;
    } finally {
      listener.dispose();
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

function render(words: readonly SimilarWord[], run: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${vscode.l10n.t('Neighbours')}** · `);
  text.appendText(run);
  const width = Math.max(...words.map(({ word }) => word.length), 1);
  const rows = words.map(
    ({ word, similarity }) => `${word.padEnd(width)}  ${bar(Math.max(0, similarity), 1)}  ${similarity.toFixed(3)}`,
  );
  text.appendCodeblock(rows.join('\n'), 'text');
  return text;
}
