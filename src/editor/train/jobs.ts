import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../core/errors';
import type { RunRecord } from '../../core/runs/record';
import type { ResumeJob, TrainJob, TrainResult } from '../../protocol/worker';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import type { Reporter } from '../common/reporter';
import { advance, noProgress, type Progress } from '../runs/progress';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';

/** The job that is under way. */
export interface Job {
  /** What is trained, for people. */
  label: string;
  /** Absent until the worker has made the run's folder. */
  folder?: string;
  record?: RunRecord;
  /** Share of the text that is read, or whose pairs of words are counted, before the first step. */
  reading?: number;
  counting?: boolean;
  paused: boolean;
  stopping: boolean;
  progress: Progress;
}

/** How the last job ended. */
export interface Ending {
  label: string;
  result?: TrainResult;
  /** One sentence, when it failed. */
  failure?: string;
}

/** Runs one training job at a time on the trainer thread and knows how it stands. */
export class Jobs implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  private readonly ended = this.disposables.add(new vscode.EventEmitter<Ending>());
  readonly onChange = this.changed.event;
  readonly onEnd = this.ended.event;
  private job: Job | undefined;
  private running: Promise<TrainResult | undefined> | undefined;

  constructor(
    private readonly threads: WorkerThreads,
    private readonly runs: RunsStore,
    private readonly context: ContextKeys,
    private readonly reporter: Reporter,
  ) {
    context.set('training', 'idle');
    this.disposables.add(
      threads.onReading(({ share, doing }) => this.update({ reading: share, counting: doing === 'counting' })),
    );
    this.disposables.add(
      threads.onRunStarted(({ folder, record }) => this.update({ folder, record, reading: undefined })),
    );
    this.disposables.add(
      threads.onRecordChanged(({ folder, record }) => this.current?.folder === folder && this.update({ record })),
    );
    this.disposables.add(
      threads.onEvents(({ folder, events }) => {
        if (this.job?.folder === folder) this.update({ progress: events.reduce(advance, this.job.progress) });
      }),
    );
  }

  get current(): Readonly<Job> | undefined {
    return this.job;
  }

  /** Trains to the end. The answer is undefined when it failed; the failure has then been shown. */
  train(job: TrainJob): Promise<TrainResult | undefined> {
    return this.start(job.source.label, () => this.threads.request('train', 'train', job));
  }

  /** Goes on with an earlier run. */
  resume(job: ResumeJob, label: string): Promise<TrainResult | undefined> {
    return this.start(label, async () => {
      await this.runs.remember(job.run);
      return this.threads.request('train', 'resume', job);
    });
  }

  /** Ends the job at its next step; the best model stays. Resolves when it has ended. */
  async stop(): Promise<void> {
    if (!this.job) throw new UserError(vscode.l10n.t('Nothing is training.'));
    this.update({ stopping: true });
    await this.threads.command('stop');
    await this.running;
  }

  async pause(): Promise<void> {
    if (!this.job) throw new UserError(vscode.l10n.t('Nothing is training.'));
    if (this.job.stopping) return;
    this.update({ paused: true });
    await this.threads.command('pause');
  }

  async continue(): Promise<void> {
    if (!this.job) {
      throw new UserError(vscode.l10n.t('Nothing is paused: choose "Resume Training" to go on with an earlier run.'));
    }
    if (this.job.stopping) return;
    this.update({ paused: false });
    await this.threads.command('run');
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private start(label: string, ask: () => Promise<TrainResult>): Promise<TrainResult | undefined> {
    if (this.job) throw new UserError(vscode.l10n.t('{0} is training: stop it first.', this.job.label));
    this.job = { label, paused: false, stopping: false, progress: noProgress() };
    this.tell();
    this.running = this.run(ask).finally(() => {
      this.job = undefined;
      this.running = undefined;
      this.tell();
    });
    return this.running;
  }

  private async run(ask: () => Promise<TrainResult>): Promise<TrainResult | undefined> {
    const label = this.job?.label ?? '';
    try {
      const result = await ask();
      this.runs.end(result.run, result.record);
      const { reason, message } = result.finished;
      const failure = reason === 'failed' ? (message ?? vscode.l10n.t('Training failed.')) : undefined;
      if (failure) this.reporter.show(new UserError(failure));
      this.ended.fire({ label, result, failure });
      return failure ? undefined : result;
    } catch (error) {
      await this.failed(label, error);
      return undefined;
    }
  }

  /** The job could not begin, or its thread died in the middle. */
  private async failed(label: string, error: unknown): Promise<void> {
    if (error instanceof Cancelled) return this.ended.fire({ label });
    const folder = this.job?.folder;
    const failure = this.reasonOf(label, error);
    if (folder) await this.runs.markFailed(folder, failure).catch((cause: unknown) => this.reporter.sentence(cause));
    this.reporter.show(new UserError(failure));
    this.ended.fire({ label, failure });
  }

  /** What people are told; of a failure that is ours, the log holds more. */
  private reasonOf(label: string, error: unknown): string {
    if (error instanceof UserError) return error.message;
    const sentence = this.reporter.sentence(error);
    return this.job?.folder
      ? vscode.l10n.t('Training {0} ended unexpectedly; what it had learned is kept, resume the run to go on.', label)
      : sentence;
  }

  private update(change: Partial<Job>): void {
    if (!this.job) return;
    Object.assign(this.job, change);
    this.tell();
  }

  private tell(): void {
    this.context.set('training', this.job ? (this.job.paused ? 'paused' : 'running') : 'idle');
    this.changed.fire();
  }
}
