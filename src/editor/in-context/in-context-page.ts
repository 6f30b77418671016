import type * as vscode from 'vscode';
import { openChannel, type Channel } from '../../protocol/channel';
import type { InContextHost, InContextPage as PageContract, InContextReport } from '../../protocol/in-context';
import type { SavedFile } from '../../protocol/saved-file';
import { webviewPort } from '../common/webview-port';

/** What the page may ask of the editor. */
export interface InContextActions {
  report(): InContextReport | undefined;
  goTo(occurrence: number): Promise<void>;
  saveFile(file: SavedFile): Promise<boolean>;
  failed(error: unknown): void;
}

/** One life of the page: from when it becomes visible to when it is hidden. */
export class InContextPage implements vscode.Disposable {
  private readonly channel: Channel<PageContract, InContextHost>;
  private alive = true;
  private hydrated = false;
  private told: InContextReport | undefined;

  constructor(
    webview: vscode.Webview,
    private readonly actions: InContextActions,
  ) {
    const port = webviewPort(webview, () => this.alive);
    this.channel = openChannel(port, (error) => this.alive && actions.failed(error));
    this.channel.onRequest('hydrate', async () => {
      this.hydrated = true;
      this.told = actions.report();
      return this.told ?? null;
    });
    this.channel.onRequest('goTo', async ({ occurrence }) => {
      await this.actions.goTo(occurrence);
      return null;
    });
    this.channel.onRequest('saveFile', (file) => actions.saveFile(file));
  }

  /** What the page has been told to show. */
  get shown(): InContextReport | undefined {
    return this.told;
  }

  /** Shows another report; a page that has not asked yet will find it when it does. */
  show(report: InContextReport): void {
    if (!this.hydrated) return;
    this.told = report;
    this.channel.notify('compared', { report });
  }

  dispose(): void {
    this.alive = false;
    this.channel.dispose();
  }
}
