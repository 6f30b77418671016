import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { VectorsChoice } from '../../protocol/explore';
import type { VectorSource } from '../../protocol/word-vectors';
import { storedKeys } from '../common/ids';
import type { VectorSources } from '../explore/vector-sources';

/** The vectors of two languages, and the file of their dictionary; without it, words of both translate themselves. */
export interface Alignment {
  source: VectorSource;
  target: VectorSource;
  dictionary?: string;
}

type Sources = Pick<VectorSources, 'choices' | 'offered'>;

/** Which vectors translate: chosen once, and remembered in the workspace as long as both are there. */
export class AlignmentChoice {
  constructor(
    private readonly sources: Sources,
    private readonly memory: vscode.Memento,
  ) {}

  /** What was chosen last, if it can still be had. */
  async remembered(): Promise<Alignment | undefined> {
    const kept = this.memory.get<Alignment>(storedKeys.translation);
    const there = kept && (await this.sources.offered(kept.source)) && (await this.sources.offered(kept.target));
    return there ? kept : undefined;
  }

  async remember(alignment: Alignment): Promise<void> {
    await this.memory.update(storedKeys.translation, alignment);
  }

  /** Asks for all three. Undefined when the person thought better of it; throws UserError without two sets of vectors. */
  async ask(): Promise<Alignment | undefined> {
    const choices = await this.sources.choices();
    if (choices.length < 2) {
      throw new UserError(
        vscode.l10n.t(
          'Translating needs word vectors of two languages: run Learn Embeddings on a text of each, or open files of vectors on the Explore page.',
        ),
      );
    }
    const source = await pick(choices, vscode.l10n.t('Translate Word: Vectors of the Word’s Language'));
    if (!source) return undefined;
    const others = choices.filter((choice) => choice !== source);
    const target = await pick(others, vscode.l10n.t('Translate Word: Vectors of the Other Language'));
    if (!target) return undefined;
    const seed = await pickSeed();
    return seed && { source: source.source, target: target.source, ...seed };
  }

  /** The names of both, for titles. */
  async names({ source, target }: Alignment): Promise<[string, string]> {
    const choices = await this.sources.choices();
    const nameOf = (wanted: VectorSource) =>
      choices.find((choice) => keyOf(choice.source) === keyOf(wanted))?.name ?? basename(keyOf(wanted));
    return [nameOf(source), nameOf(target)];
  }
}

async function pick(choices: readonly VectorsChoice[], title: string): Promise<VectorsChoice | undefined> {
  const items = choices.map((choice) => ({ label: choice.name, description: choice.detail, choice }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.choice;
}

async function pickSeed(): Promise<Pick<Alignment, 'dictionary'> | undefined> {
  const identical = {
    label: vscode.l10n.t('Words That Both Have'),
    detail: vscode.l10n.t('Names, numbers and loans are taken for translations of themselves'),
  };
  const file = {
    label: vscode.l10n.t('Dictionary File…'),
    detail: vscode.l10n.t('Two words a line, apart by a tab, the word to translate first'),
  };
  const title = vscode.l10n.t('Translate Word: Known Translations to Start From');
  const chosen = await vscode.window.showQuickPick([identical, file], { title });
  if (chosen !== file) return chosen && {};
  const [uri] = (await vscode.window.showOpenDialog({ title: vscode.l10n.t('Choose a Dictionary') })) ?? [];
  return uri && { dictionary: uri.fsPath };
}

function keyOf(source: VectorSource): string {
  return 'run' in source ? source.run : source.file;
}
