import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { TranslateResult } from '../../protocol/worker';
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
    const alignment = given ?? (await this.choice.remembered()) ?? (await this.choice.ask());
    return alignment && this.translateBy(alignment, word);
  }

  private async translateBy(alignment: Alignment, word: string): Promise<TranslateResult> {
    const answer = await cancellable(vscode.l10n.t('Translating “{0}”', word), (signal) =>
      this.threads.request('predict', 'translate', { ...alignment, word, count: LISTED }, signal),
    );
    // Not before: what cannot be turned into one space would be asked again and again.
    await this.choice.remember(alignment);
    const names = await this.choice.names(alignment);
    this.offer(answer, names, word);
    return answer;
  }

  private async askAnew(word: string): Promise<void> {
    const alignment = await this.choice.ask();
    if (alignment) await this.translateBy(alignment, word);
  }

  /** Lists the translations; one that is chosen is copied. */
  private offer({ words, pairs }: TranslateResult, [from, to]: [string, string], asked: string): void {
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { word?: string }>();
    const other = {
      label: `$(settings-gear) ${vscode.l10n.t('Choose Other Vectors or Another Dictionary…')}`,
      alwaysShow: true,
    };
    pick.title = vscode.l10n.t('“{0}” from {1} to {2}, {3} Known Pairs', asked, from, to, pairs);
    pick.placeholder = vscode.l10n.t('Enter copies the translation');
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
