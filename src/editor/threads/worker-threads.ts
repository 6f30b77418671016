import * as vscode from 'vscode';
import type { WorkerThread } from '../../protocol/thread';
import type { CommandName, WorkerContract, WorkerEvents, WorkerSetup } from '../../protocol/worker';

type Role = WorkerSetup['role'];
type Requests = WorkerContract['requests'];
type Said = WorkerEvents['notifications'];
/** Everything about a thread that does not depend on its role. */
export type ThreadSetup = Omit<WorkerSetup, 'control' | 'role'>;

interface Slot {
  ready: Promise<WorkerThread>;
  /** Requests that wait for an answer. */
  busy: number;
  /** The setup is old: the thread goes when its last request is answered. */
  outdated: boolean;
}

/**
 * The two worker threads: one trains, one predicts. Each starts at its first request and stays warm; one that has died
 * is replaced at the next request.
 */
export class WorkerThreads implements vscode.Disposable {
  private readonly slots = new Map<Role, Slot>();
  private readonly heard = {
    runStarted: new vscode.EventEmitter<Said['runStarted']>(),
    events: new vscode.EventEmitter<Said['events']>(),
    recordChanged: new vscode.EventEmitter<Said['recordChanged']>(),
    reading: new vscode.EventEmitter<Said['reading']>(),
    sampled: new vscode.EventEmitter<Said['sampled']>(),
    answering: new vscode.EventEmitter<Said['answering']>(),
  };
  readonly onRunStarted = this.heard.runStarted.event;
  readonly onEvents = this.heard.events.event;
  readonly onRecordChanged = this.heard.recordChanged.event;
  readonly onReading = this.heard.reading.event;
  readonly onSampled = this.heard.sampled.event;
  readonly onAnswering = this.heard.answering.event;

  /**
   * @param script the bundled worker program
   * @param setup asked at each start, so that changed settings count
   */
  constructor(
    private readonly script: string,
    private readonly setup: () => ThreadSetup,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Throws what the worker throws: UserError, Cancelled, or Error when it failed or died. */
  async request<K extends keyof Requests & string>(
    role: Role,
    name: K,
    params: Requests[K]['params'],
    signal?: AbortSignal,
  ): Promise<Requests[K]['result']> {
    const slot = this.slot(role);
    slot.busy++;
    try {
      const thread = await slot.ready;
      return await thread.channel.request(name, params, signal);
    } finally {
      slot.busy--;
      if (slot.outdated && slot.busy === 0) await this.end(role, slot);
    }
  }

  /** Reaches the training job at its next step; a job that was asked for before this call, at its first. */
  async command(name: CommandName): Promise<void> {
    (await this.slots.get('train')?.ready)?.command(name);
  }

  /** Loads engine and kernels ahead of the first job; a failure shows when a job needs them. */
  warm(role: Role): void {
    this.request(role, 'warm', {}).catch((error: unknown) =>
      this.log.warn(`The ${role} thread did not warm up: ${String(error)}`),
    );
  }

  /** Lets the threads start anew with the present settings, each as soon as it has nothing to do. */
  async renew(): Promise<void> {
    for (const [role, slot] of [...this.slots]) {
      slot.outdated = true;
      if (slot.busy === 0) await this.end(role, slot);
    }
  }

  /** Ends the threads at once, whatever they do. */
  async terminate(): Promise<void> {
    await Promise.all([...this.slots].map(([role, slot]) => this.end(role, slot)));
  }

  dispose(): void {
    void this.terminate();
    for (const emitter of Object.values(this.heard)) emitter.dispose();
  }

  private slot(role: Role): Slot {
    let slot = this.slots.get(role);
    if (!slot) {
      slot = { ready: this.start(role), busy: 0, outdated: false };
      this.slots.set(role, slot);
      void this.watch(role, slot);
    }
    return slot;
  }

  private async start(role: Role): Promise<WorkerThread> {
    const { startWorker } = await import(/* webpackMode: "eager" */ '../../protocol/thread');
    const thread = startWorker(this.script, { ...this.setup(), role });
    const { channel } = thread;
    channel.onNotification('runStarted', (said) => this.heard.runStarted.fire(said));
    channel.onNotification('events', (said) => this.heard.events.fire(said));
    channel.onNotification('recordChanged', (said) => this.heard.recordChanged.fire(said));
    channel.onNotification('reading', (said) => this.heard.reading.fire(said));
    channel.onNotification('sampled', (said) => this.heard.sampled.fire(said));
    channel.onNotification('answering', (said) => this.heard.answering.fire(said));
    channel.onNotification('log', ({ level, message }) => this.log[level](`[${role}] ${message}`));
    return thread;
  }

  /** Empties the slot when its thread has ended, or never began. */
  private async watch(role: Role, slot: Slot): Promise<void> {
    try {
      const reason = await (await slot.ready).ended;
      if (reason) this.log.error(`The ${role} thread ended: ${reason.stack ?? reason.message}`);
    } catch (error) {
      this.log.error(`The ${role} thread did not start: ${String(error)}`);
    }
    this.empty(role, slot);
  }

  private async end(role: Role, slot: Slot): Promise<void> {
    this.empty(role, slot);
    await (await slot.ready).terminate();
  }

  private empty(role: Role, slot: Slot): void {
    if (this.slots.get(role) === slot) this.slots.delete(role);
  }
}
