import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../core/errors';
import type { RunEvent } from '../../core/runs/events';
import type { RunRecord } from '../../core/runs/record';
import type { RunSummary } from '../../protocol/worker';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import { storedKeys } from '../common/ids';
import type { WorkerThreads } from '../threads/worker-threads';
import { KEPT_STEPS, RunEvents } from './run-events';
import type { RunsFolders } from './runs-folder';

/** A run as views show it. */
export interface ListedRun extends RunSummary {
  /** This window trains it now. */
  live: boolean;
}

/**
 * What this window knows of runs: those on disk, read by the predictor thread, and the one that trains now, held here.
 * Views ask it for everything when they become visible, and follow its events from there.
 */
export class RunsStore implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  private readonly runChanged = this.disposables.add(new vscode.EventEmitter<ListedRun>());
  private readonly runDeleted = this.disposables.add(new vscode.EventEmitter<{ folder: string }>());
  private readonly happened = this.disposables.add(new vscode.EventEmitter<{ folder: string; events: RunEvent[] }>());
  /** The list has changed, or the run that is in use. */
  readonly onChange = this.changed.event;
  readonly onRunChange = this.runChanged.event;
  readonly onRunDelete = this.runDeleted.event;
  readonly onRunEvents = this.happened.event;

  private readonly records = new Map<string, RunRecord>();
  private live: { folder: string; events: RunEvents } | undefined;
  /** History of the run that is about to go on, read before its new events come. */
  private history: { folder: string; events: RunEvent[] } | undefined;
  private listing: Promise<void> | undefined;
  private listed = false;

  constructor(
    private readonly threads: WorkerThreads,
    readonly folders: RunsFolders,
    private readonly context: ContextKeys,
    private readonly memory: vscode.Memento,
  ) {
    this.disposables.add(threads.onRunStarted(({ folder, record }) => this.begin(folder, record)));
    this.disposables.add(threads.onRecordChanged(({ folder, record }) => this.put(folder, record)));
    this.disposables.add(threads.onEvents(({ folder, events }) => this.append(folder, events)));
  }

  /** Looks for run folders without reading them, so that commands that need one show. */
  async probe(): Promise<void> {
    const found = await Promise.all(
      this.folders.all().map(async (folder) => {
        try {
          const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.file(folder));
          return entries.some(([, type]) => (type & vscode.FileType.Directory) !== 0);
        } catch {
          return false;
        }
      }),
    );
    if (!this.listed) this.context.set('hasRuns', found.includes(true) || this.records.size > 0);
  }

  /** All runs, newest first. Reads the folders at the first call. */
  async list(): Promise<ListedRun[]> {
    if (!this.listed) await this.refresh();
    return this.known();
  }

  /** Reads all run folders again; calls meanwhile wait for the same reading. */
  refresh(): Promise<void> {
    this.listing ??= this.read().finally(() => (this.listing = undefined));
    return this.listing;
  }

  isLive(folder: string): boolean {
    return this.live?.folder === folder;
  }

  record(folder: string): RunRecord | undefined {
    return this.records.get(folder);
  }

  /** The events of a run, thinned for drawing: of the live run as they are here, of others as on disk. */
  async events(folder: string): Promise<RunEvent[]> {
    if (this.isLive(folder)) return this.liveEvents(folder);
    const { record, events } = await this.threads.request('predict', 'readRun', { folder, maxEvents: KEPT_STEPS });
    if (!this.isLive(folder)) this.records.set(folder, record);
    return events;
  }

  /** The events of the live run, nothing for every other run. Never waits. */
  liveEvents(folder: string): RunEvent[] {
    return this.live?.folder === folder ? [...this.live.events.events] : [];
  }

  /** Reads what an earlier sitting has logged, before the run goes on. */
  async remember(folder: string): Promise<void> {
    this.history = { folder, events: await this.events(folder) };
  }

  /** The run that Sample and the dashboard mean: the one picked, else the one that trains, else the newest that can write. */
  async current(): Promise<ListedRun | undefined> {
    if (!this.listed) await this.refresh();
    return this.meant();
  }

  async select(folder: string | undefined): Promise<void> {
    await this.memory.update(storedKeys.selectedRun, folder);
    this.tellList();
  }

  async rename(folder: string, name: string): Promise<void> {
    this.put(folder, await this.threads.request('predict', 'renameRun', { folder, name }));
  }

  async delete(folder: string): Promise<void> {
    if (this.isLive(folder)) throw new UserError(vscode.l10n.t('This run is training: stop it before you delete it.'));
    await this.threads.request('predict', 'deleteRun', { folder });
    this.records.delete(folder);
    if (this.memory.get(storedKeys.selectedRun) === folder) await this.select(undefined);
    this.runDeleted.fire({ folder });
    this.tellList();
  }

  /** The job has ended: from now on the run is what is on disk. */
  end(folder: string, record: RunRecord): void {
    if (this.isLive(folder)) this.live = undefined;
    this.put(folder, record);
  }

  /** The thread that trained the run is gone and can no longer say how it ended. */
  async markFailed(folder: string, message: string): Promise<void> {
    if (this.isLive(folder)) this.live = undefined;
    this.put(folder, await this.threads.request('predict', 'markFailed', { folder, message }));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private begin(folder: string, record: RunRecord): void {
    const events = new RunEvents();
    if (this.history?.folder === folder) events.append(this.history.events);
    this.history = undefined;
    this.live = { folder, events };
    // What trains now is what a person means now.
    void this.memory.update(storedKeys.selectedRun, undefined);
    this.put(folder, record);
  }

  private append(folder: string, events: RunEvent[]): void {
    if (this.live?.folder === folder) this.live.events.append(events);
    this.happened.fire({ folder, events });
  }

  private put(folder: string, record: RunRecord): void {
    this.records.set(folder, record);
    this.runChanged.fire({ folder, record, live: this.isLive(folder) });
    this.tellList();
  }

  private async read(): Promise<void> {
    const lists = await Promise.all(this.folders.all().map((runsFolder) => this.readFolder(runsFolder)));
    const found = new Map(lists.flat().map(({ folder, record }) => [folder, record]));
    const live = this.live && this.records.get(this.live.folder);
    if (this.live && live) found.set(this.live.folder, live);
    this.records.clear();
    for (const [folder, record] of found) this.records.set(folder, record);
    this.listed = true;
    this.tellList();
  }

  private async readFolder(runsFolder: string): Promise<RunSummary[]> {
    try {
      return await this.threads.request('predict', 'listRuns', { runsFolder });
    } catch (error) {
      if (error instanceof UserError || error instanceof Cancelled) return [];
      throw new Error(`The runs in ${dirname(runsFolder)} could not be read: ${String(error)}`, { cause: error });
    }
  }

  private tellList(): void {
    this.context.set('hasRuns', this.records.size > 0);
    this.context.set('task', this.meant()?.record.recipe.task ?? '');
    this.changed.fire();
  }

  private known(): ListedRun[] {
    return [...this.records]
      .map(([folder, record]) => ({ folder, record, live: this.isLive(folder) }))
      .sort((a, b) => b.record.created.localeCompare(a.record.created) || b.folder.localeCompare(a.folder));
  }

  private meant(): ListedRun | undefined {
    const runs = this.known();
    const picked = this.memory.get<string>(storedKeys.selectedRun);
    return (
      runs.find((run) => run.folder === picked) ??
      runs.find((run) => run.live) ??
      runs.find(({ record }) => record.best || (record.recipe.task === 'embeddings' && record.status === 'done')) ??
      runs[0]
    );
  }
}
