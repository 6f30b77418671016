import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { VectorsChoice } from '../../protocol/explore';
import type { VectorSource } from '../../protocol/word-vectors';
import { storedKeys } from '../common/ids';
import type { ListedRun, RunsStore } from '../runs/runs-store';

/** Files of vectors that are remembered; the one opened last is the first. */
const REMEMBERED_FILES = 8;

/** The word vectors that can be asked here: runs that learned some, and files that a person has opened. */
export class VectorSources {
  constructor(
    private readonly runs: RunsStore,
    private readonly memory: vscode.Memento,
  ) {}

  get onChange(): vscode.Event<void> {
    return this.runs.onChange;
  }

  /** Runs, the newest first, and then files. */
  async choices(): Promise<VectorsChoice[]> {
    const runs = (await this.runs.list()).filter(hasVectors);
    return [...runs.map(choiceOfRun), ...this.files().map(choiceOfFile)];
  }

  /** The vectors that commands mean: those of the current run, else of the newest that has some. Undefined without any. */
  async current(): Promise<VectorsChoice | undefined> {
    const meant = await this.runs.current();
    if (meant && hasVectors(meant)) return choiceOfRun(meant);
    return (await this.choices())[0];
  }

  /** Like `current`. Throws UserError that says how to get some. */
  async required(): Promise<VectorsChoice> {
    const choice = await this.current();
    if (choice) return choice;
    throw new UserError(
      vscode.l10n.t('There are no word vectors yet: run Learn Embeddings on a text, or open a file of vectors.'),
    );
  }

  /** The current run, when it is one of word vectors. */
  async active(): Promise<VectorsChoice | undefined> {
    const run = await this.runs.current();
    return run && hasVectors(run) ? choiceOfRun(run) : undefined;
  }

  /** Whether a page may ask these: it was offered them. */
  async offered(source: VectorSource): Promise<boolean> {
    if ('file' in source) return this.files().includes(source.file);
    return (await this.runs.list()).some((run) => run.folder === source.run && hasVectors(run));
  }

  /** Lets a person choose a file of vectors; undefined when they thought better of it. */
  async open(): Promise<VectorsChoice | undefined> {
    const filters = {
      [vscode.l10n.t('Word Vectors')]: ['txt', 'vec', 'bin', 'glove', 'w2v'],
      [vscode.l10n.t('All Files')]: ['*'],
    };
    const [uri] = (await vscode.window.showOpenDialog({ title: vscode.l10n.t('Open Word Vectors'), filters })) ?? [];
    return uri && this.add(uri.fsPath);
  }

  /** Remembers a file. */
  async add(file: string): Promise<VectorsChoice> {
    const files = [file, ...this.files().filter((other) => other !== file)].slice(0, REMEMBERED_FILES);
    await this.memory.update(storedKeys.vectorFiles, files);
    return choiceOfFile(file);
  }

  private files(): string[] {
    return this.memory.get<string[]>(storedKeys.vectorFiles) ?? [];
  }
}

function hasVectors({ record, live }: ListedRun): boolean {
  return record.recipe.task === 'embeddings' && !live;
}

function choiceOfRun({ folder, record }: ListedRun): VectorsChoice {
  const date = new Date(record.created).toLocaleString(vscode.env.language, { dateStyle: 'short', timeStyle: 'short' });
  return { source: { run: folder }, name: record.name, detail: date };
}

function choiceOfFile(file: string): VectorsChoice {
  return { source: { file }, name: basename(file), detail: vscode.l10n.t('file') };
}
