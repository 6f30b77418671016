import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { SimilarWord } from '../../protocol/word-vectors';
import { cancellable } from '../common/cancellable';
import { Disposables } from '../common/disposables';
import { linesOf, lookThrough } from '../common/look-through';
import type { WorkerThreads } from '../threads/worker-threads';
import type { VectorSources } from './vector-sources';
import { nextPlace, placesAround, wordPlaces, type Place } from './word-places';

/** Words that are listed. */
const LISTED = 40;
/** Places of a word that are marked: the editor is slow with more. */
const MARKED = 2000;

interface Item extends vscode.QuickPickItem {
  places: readonly Place[];
}

/** Words of the document that are alike the one under the cursor; the one in hand is shown where it stands. */
export class SimilarWords implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly mark = this.disposables.add(
    vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
      border: '1px solid',
      borderColor: new vscode.ThemeColor('editor.findMatchHighlightBorder'),
      overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
    }),
  );

  constructor(
    private readonly threads: WorkerThreads,
    private readonly sources: VectorSources,
  ) {}

  /** Throws UserError where there is no word, or there are no vectors. */
  async find(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const range = editor?.document.getWordRangeAtPosition(editor.selection.active);
    if (!editor || !range)
      throw new UserError(vscode.l10n.t('There is no word at the cursor: put it on one and try again.'));
    const word = editor.document.getText(range);
    const { source, name } = await this.sources.required();
    const { document } = editor;
    const { answer, places } = await cancellable(
      vscode.l10n.t('Looking for words like “{0}”', word),
      async (signal) => {
        const found = await lookThrough(document, wordPlaces(linesOf(document)), signal);
        found.delete(word.toLowerCase());
        const query = { kind: 'similar' as const, word, among: [...found.keys()], count: LISTED };
        return { answer: await this.threads.request('predict', 'embedding', { source, query }, signal), places: found };
      },
    );
    if (answer.kind !== 'similar') throw new Error(`The answer is one to "${answer.kind}".`);
    if (answer.words.length === 0)
      throw new UserError(vscode.l10n.t('No other word of this text has a vector in {0}: learn some from it.', name));
    const title = vscode.l10n.t('Words Like “{0}” in This File ({1})', word, name);
    this.choose(editor, title, answer.words.map((similar) => itemOf(similar, places))); // prettier-ignore
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** The word in hand is marked and brought into view; Enter goes to its next place, Escape back to where it began. */
  private choose(editor: vscode.TextEditor, title: string, items: Item[]): void {
    const pick = vscode.window.createQuickPick<Item>();
    const before = { selection: editor.selection, visible: editor.visibleRanges[0] };
    let went = false;
    pick.title = title;
    pick.placeholder = vscode.l10n.t('Enter goes to the word');
    pick.items = items;
    pick.onDidChangeActive(([item]) => {
      const from = before.selection.active;
      editor.setDecorations(this.mark, placesAround(item?.places ?? [], from.line, MARKED).map(rangeOf));
      if (item) editor.revealRange(rangeOf(nextPlace(item.places, from)), vscode.TextEditorRevealType.InCenterIfOutsideViewport); // prettier-ignore
    });
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item) {
        const place = rangeOf(nextPlace(item.places, before.selection.active));
        editor.selection = new vscode.Selection(place.start, place.end);
        editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
        went = true;
      }
      pick.hide();
    });
    pick.onDidHide(() => {
      editor.setDecorations(this.mark, []);
      if (!went && before.visible) editor.revealRange(before.visible, vscode.TextEditorRevealType.AtTop);
      pick.dispose();
    });
    pick.show();
  }
}

function itemOf({ word, similarity }: SimilarWord, all: ReadonlyMap<string, readonly Place[]>): Item {
  const places = all.get(word) ?? all.get(word.toLowerCase()) ?? [];
  const times = places.length === 1 ? vscode.l10n.t('once') : vscode.l10n.t('{0} times', places.length);
  return { label: word, description: `${similarity.toFixed(3)} · ${times}`, places };
}

function rangeOf([line, start, end]: Place): vscode.Range {
  return new vscode.Range(line, start, line, end);
}
