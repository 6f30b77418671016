import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { VectorSource } from '../../protocol/word-vectors';
import { Disposables } from '../common/disposables';
import { command, EXPLORE_VIEW } from '../common/ids';
import { PagePanel } from '../common/page-panel';
import type { Reporter } from '../common/reporter';
import { saveFile } from '../common/save-file';
import { folderOf } from '../runs/run-pick';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';
import type { ExploreActions, ExplorePage } from './explore-page';
import { NeighboursHover } from './neighbours-hover';
import { SimilarWords } from './similar-words';
import { VectorSources } from './vector-sources';

/** What can be done with word vectors in the editor: the page, words alike in a file, and neighbours in a hover. */
export class Explore implements vscode.Disposable {
  readonly sources: VectorSources;
  private readonly disposables = new Disposables();
  private readonly panel: PagePanel<ExplorePage>;
  private readonly similar: SimilarWords;
  /** The vectors that were asked for while no page could hear it. */
  private wanted: VectorSource | undefined;

  constructor(
    extension: vscode.Uri,
    threads: WorkerThreads,
    runs: RunsStore,
    private readonly reporter: Reporter,
    memory: vscode.Memento,
  ) {
    this.sources = new VectorSources(runs, memory);
    this.similar = this.disposables.add(new SimilarWords(threads, this.sources));
    this.disposables.add(new NeighboursHover(threads, this.sources));
    const options = { view: EXPLORE_VIEW, script: 'explore', title: vscode.l10n.t('Explore Embeddings') };
    const actions = this.actions(threads);
    this.panel = this.disposables.add(
      new PagePanel(extension, reporter, options, async (webview) => {
        // Loaded with the first page, and not when the extension starts.
        const { ExplorePage } = await import(/* webpackMode: "eager" */ './explore-page');
        const wanted = this.wanted;
        this.wanted = undefined;
        return new ExplorePage(webview, actions, this.sources.onChange, wanted);
      }),
    );
  }

  /** Handlers of this room's commands. */
  readonly commands = {
    exploreEmbeddings: (argument?: unknown) => this.show(argument),
    findSimilarWords: () => this.similar.find(),
  };

  /** True when the page is on the screen and has its data. */
  get hydrated(): boolean {
    return this.panel.visible && this.panel.page?.hydrated === true;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Opens the page; on the vectors of a run, where one is given. */
  private show(argument: unknown): void {
    const run = folderOf(argument);
    if (run !== undefined) {
      const { page } = this.panel;
      if (page) page.look({ run });
      else this.wanted = { run };
    }
    this.panel.show();
  }

  private actions(threads: WorkerThreads): ExploreActions {
    return {
      choices: () => this.sources.choices(),
      offered: (source) => this.sources.offered(source),
      ask: async (source, query, signal, onProgress) => {
        const id = randomUUID();
        const listener = threads.onAnswering((said) => said.id === id && onProgress(said.share));
        try {
          return await threads.request('predict', 'embedding', { source, query, id }, signal);
        } finally {
          listener.dispose();
        }
      },
      openFile: () => this.sources.open(),
      saveFile,
      learn: () => void vscode.commands.executeCommand(command('learnEmbeddings')),
      failed: (error) => void this.reporter.sentence(error),
    };
  }
}
