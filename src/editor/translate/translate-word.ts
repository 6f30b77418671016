import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { SimilarWord, TranslateResult } from '../../protocol/word-vectors';
import { cancellable } from '../common/cancellable';
import type { Reporter } from '../common/reporter';
import type { VectorSources } from '../explore/vector-sources';
import type { WorkerThreads } from '../threads/worker-threads';
import { AlignmentChoice, type Alignment } from './alignment-choice';

/** Translations that are listed. */
const LISTED = 5;

/** The command "Translate Word": the word at the cursor by word vectors of two languages. */
export class TranslateWord {
  private readonly choice: AlignmentChoice;

  constructor(
    private readonly threads: WorkerThreads,
    private readonly sources: VectorSources,
    private readonly reporter: Reporter,
    memory: vscode.Memento,
  ) {
    this.choice = new AlignmentChoice(sources, memory);
  }

  /** Handler of this room's command. */
  readonly commands = { translateWord: (argument?: unknown) => this.translate(argument) };

  /**
   * Answers with the translations as soon as they are listed. Throws UserError.
   * @param argument a script's `{ source, target, dictionary? }`, as in `Alignment`; without it what was chosen last
   */
  private async translate(argument: unknown): Promise<TranslateResult | undefined> {
    const editor = vscode.window.activeTextEditor;
    const range = editor?.document.getWordRangeAtPosition(editor.selection.active);
    if (!editor || !range)
      throw new UserError(vscode.l10n.t('There is no word at the cursor: put it on one and try again.'));
    const word = editor.document.getText(range);
    const given = alignmentOf(argument);
    if (given && !((await this.sources.offered(given.source)) && (await this.sources.offered(given.target))))
      throw new UserError(vscode.l10n.t('These word vectors are no longer here: choose others.'));
    const remembered = given ?? (await this.choice.remembered());
    if (!remembered) return this.askAnew(word);
    try {
      return await this.translateBy(remembered, word);
    } catch (error) {
      // The word may be one of other vectors.
      if (error instanceof UserError && !given) this.list([], vscode.l10n.t('Translate Word'), word);
      throw error;
    }
  }

  private async translateBy(alignment: Alignment, word: string): Promise<TranslateResult> {
    const answer = await cancellable(vscode.l10n.t('Translating “{0}”', word), (signal) =>
      this.threads.request('predict', 'translate', { ...alignment, word, count: LISTED }, signal),
    );
    // Not before: what cannot be turned into one space would be asked again and again.
    await this.choice.remember(alignment);
    const [from, to] = await this.choice.names(alignment);
    const title = vscode.l10n.t('“{0}” from {1} to {2}, {3} Known Pairs', word, from, to, answer.pairs);
    this.list(answer.words, title, word);
    return answer;
  }

  private async askAnew(word: string): Promise<TranslateResult | undefined> {
    const alignment = await this.choice.ask();
    return alignment && this.translateBy(alignment, word);
  }

  /** Lists translations of a word, of which a chosen one is copied, and a way to other vectors. */
  private list(words: readonly SimilarWord[], title: string, asked: string): void {
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { word?: string }>();
    const other = {
      label: `$(settings-gear) ${vscode.l10n.t('Choose Other Vectors or Another Dictionary…')}`,
      alwaysShow: true,
    };
    pick.title = title;
    if (words.length > 0) pick.placeholder = vscode.l10n.t('Enter copies the translation');
    pick.items = [
      ...words.map(({ word, similarity }) => ({ label: word, description: `CSLS ${similarity.toFixed(3)}`, word })),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      other,
    ];
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      pick.hide();
      if (chosen === other) void this.reporter.guard(() => this.askAnew(asked));
      else if (chosen?.word !== undefined) void copy(chosen.word);
    });
    pick.onDidHide(() => pick.dispose());
    pick.show();
  }
}

async function copy(word: string): Promise<void> {
  await vscode.env.clipboard.writeText(word);
  vscode.window.setStatusBarMessage(vscode.l10n.t('“{0}” is in the clipboard.', word), 5000);
}

function alignmentOf(argument: unknown): Alignment | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { source, target, dictionary } = argument as Partial<Alignment>;
  return source && target && { source, target, dictionary };
}
