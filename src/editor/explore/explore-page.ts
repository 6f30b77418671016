import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { openChannel, type Channel } from '../../protocol/channel';
import type { ExploreHost, ExplorePage as PageContract, VectorsChoice } from '../../protocol/explore';
import type { SavedFile } from '../../protocol/saved-file';
import type { EmbeddingAnswer, EmbeddingQuery, VectorSource } from '../../protocol/word-vectors';
import { Disposables } from '../common/disposables';
import { webviewPort } from '../common/webview-port';

/** What the page may ask of the editor. */
export interface ExploreActions {
  choices(): Promise<VectorsChoice[]>;
  offered(source: VectorSource): Promise<boolean>;
  /** @param onProgress hears the share that is done of an answer that takes long */
  ask(
    source: VectorSource,
    query: EmbeddingQuery,
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<EmbeddingAnswer>;
  openFile(): Promise<VectorsChoice | undefined>;
  saveFile(file: SavedFile): Promise<boolean>;
  learn(): void;
  failed(error: unknown): void;
}

/** One life of the page: from when it becomes visible to when it is hidden. */
export class ExplorePage implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly channel: Channel<PageContract, ExploreHost>;
  private told = false;
  private alive = true;

  constructor(
    webview: vscode.Webview,
    private readonly actions: ExploreActions,
    onChange: vscode.Event<void>,
    /** The vectors to look at first, once. */
    private wanted: VectorSource | undefined,
  ) {
    const port = webviewPort(webview, () => this.alive);
    this.channel = openChannel(port, (error) => this.alive && actions.failed(error));
    this.answer();
    this.disposables.add(onChange(() => void this.tellChoices()));
  }

  /** The page has asked for everything and been answered. */
  get hydrated(): boolean {
    return this.told;
  }

  look(source: VectorSource): void {
    this.wanted = source;
    if (this.told) this.channel.notify('look', { source });
  }

  dispose(): void {
    this.alive = false;
    this.disposables.dispose();
    this.channel.dispose();
  }

  private answer(): void {
    const { channel, actions } = this;
    channel.onRequest('hydrate', async () => {
      const choices = await actions.choices();
      this.told = true;
      return { choices, wanted: this.wanted };
    });
    channel.onRequest('ask', async ({ id, source, query }, signal) => {
      if (!(await actions.offered(source)))
        throw new UserError(vscode.l10n.t('These word vectors are no longer here: choose others above.'));
      return actions.ask(source, query, signal, (share) => this.alive && channel.notify('answering', { id, share }));
    });
    channel.onRequest('openFile', async () => (await actions.openFile()) ?? null);
    channel.onRequest('saveFile', (file) => actions.saveFile(file));
    channel.onNotification('learn', () => actions.learn());
  }

  private async tellChoices(): Promise<void> {
    if (!this.told) return;
    const choices = await this.actions.choices();
    if (this.alive) this.channel.notify('choicesChanged', { choices });
  }
}
