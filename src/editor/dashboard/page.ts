import type * as vscode from 'vscode';
import type { Channel, Port } from '../../protocol/channel';
import type { DashboardRun, HostContract, PageContract } from '../../protocol/dashboard';
import { Disposables } from '../common/disposables';
import { webviewPort } from '../common/webview-port';
import type { ListedRun, RunsStore } from '../runs/runs-store';

/** What the page may ask of the editor besides runs. */
export interface PageActions {
  saveFile(file: HostContract['requests']['saveFile']['params']): Promise<boolean>;
  deleteRun(folder: string): Promise<boolean>;
  command(command: HostContract['notifications']['command']): void;
  failed(error: unknown): void;
}

type PageChannel = Channel<PageContract, HostContract>;

/**
 * One life of the page: from when it becomes visible to when it is hidden, since a hidden page is thrown away. It asks
 * for everything at its start and is told what happens from then on.
 */
export class Page implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly channel: PageChannel;
  private told = false;
  private alive = true;

  constructor(
    webview: vscode.Webview,
    openChannel: (port: Port, onError: (error: unknown) => void) => PageChannel,
    private readonly runs: RunsStore,
    private readonly actions: PageActions,
    /** The run to look at first. */
    private focused: string | undefined,
  ) {
    this.channel = openChannel(
      webviewPort(webview, () => this.alive),
      (error) => this.alive && actions.failed(error),
    );
    this.answer();
    this.disposables.add(runs.onRunEvents((happened) => this.tell('events', happened)));
    this.disposables.add(runs.onRunChange((run) => this.tell('runChanged', run)));
    this.disposables.add(runs.onRunDelete((deleted) => this.tell('runDeleted', deleted)));
  }

  /** The page has asked for everything and been answered. */
  get hydrated(): boolean {
    return this.told;
  }

  focus(folder: string): void {
    this.focused = folder;
    this.tell('focus', { folder });
  }

  dispose(): void {
    this.alive = false;
    this.disposables.dispose();
    this.channel.dispose();
  }

  private tell<K extends keyof PageContract['notifications']>(name: K, params: PageContract['notifications'][K]): void {
    if (this.told) this.channel.notify(name, params);
  }

  private answer(): void {
    const { channel, runs, actions } = this;
    channel.onRequest('hydrate', ({ shown }) => this.hydrate(shown));
    channel.onRequest('loadRuns', ({ folders }) => this.load(folders));
    channel.onRequest('saveFile', (file) => actions.saveFile(file));
    channel.onRequest('deleteRun', ({ folder }) => actions.deleteRun(folder));
    channel.onRequest('renameRun', async ({ folder, name }) => {
      await runs.rename(folder, name);
      return null;
    });
    channel.onNotification('command', (command) => actions.command(command));
  }

  private async hydrate(shown: string[]): Promise<HostContract['requests']['hydrate']['result']> {
    // Read again: the command line may have trained meanwhile.
    await this.runs.refresh();
    const listed = await this.runs.list();
    const current = this.focused ?? (await this.runs.current())?.folder;
    const wanted = new Set([...shown, ...(current === undefined ? [] : [current])]);
    const histories = new Map(
      await Promise.all(
        listed
          .filter((run) => wanted.has(run.folder) && !run.live)
          .map(async (run) => [run.folder, await this.draw(run)] as const),
      ),
    );
    const all = await this.runs.list();
    // From here to the answer nothing waits, so that no event falls between.
    this.told = true;
    const runs = all.map((run) => ({
      ...run,
      events: run.live ? this.runs.liveEvents(run.folder) : (histories.get(run.folder)?.events ?? []),
    }));
    return { runs, current };
  }

  private async load(folders: string[]): Promise<DashboardRun[]> {
    const runs = (await this.runs.list()).filter((run) => folders.includes(run.folder));
    const drawn = await Promise.all(runs.map((run) => this.draw(run)));
    return drawn.filter((run) => run !== undefined);
  }

  /** A run with its history; one that cannot be read is left out, and the log says why. */
  private async draw(run: ListedRun): Promise<DashboardRun | undefined> {
    try {
      return { ...run, events: await this.runs.events(run.folder) };
    } catch (error) {
      this.actions.failed(error);
      return undefined;
    }
  }
}
