import { UserError } from '../core/errors';
import type { FinishedEvent, FinishReason, RunEvent } from '../core/runs/events';
import type { RunRecord } from '../core/runs/record';
import type { Evaluation } from '../core/training/learner';
import type { TrainResult } from '../protocol/worker';
import type { BaselineResult } from './baselines';
import type { Position } from './budget';
import { CheckpointWriter } from './checkpoint-writer';
import { Stopwatch, yieldToMessages } from './control';
import { EventStream } from './event-stream';
import { explain } from './files';
import type { JobContext } from './job-context';
import { tooLarge } from './memory';
import {
  addBaseline,
  baselineOf,
  bestBaseline,
  bestOf,
  finalMetrics,
  isBetter,
  measuresOf,
  standingOf,
  type Standing,
} from './metrics';
import type { Session } from './session';

/** Milliseconds of work after which messages get their turn. */
const YIELD = 10;

/** What every training job does, however its model learns: time, events, pauses, measuring, record, and its end. */
export class Sitting {
  readonly watch: Stopwatch;
  readonly events: EventStream;
  readonly standing: Standing;
  readonly checkpoints: CheckpointWriter;
  /** Called when the job is about to wait, with something learned that must not be lost. */
  beforePause: () => Promise<void> = () => Promise.resolve();
  /** Steps done; 1 for a model that has learned in its one pass. */
  step = 0;
  private yieldedAt = 0;

  constructor(
    readonly session: Session,
    readonly context: JobContext,
  ) {
    const { history, log, folder, time, record } = session;
    this.watch = new Stopwatch(time);
    this.events = new EventStream(log, (events) => context.notify('events', { folder: folder.folder, events }));
    this.standing = standingOf(history);
    this.checkpoints = new CheckpointWriter(session, this.events, this.standing, () => this.watch.seconds);
    record.best = this.standing.best;
    this.recordBaselines();
  }

  /** Announces the run. */
  begin(groups: string[], clip: number): void {
    const { record, folder, warnings, prepared, units } = this.session;
    this.context.notify('runStarted', { folder: folder.folder, record });
    const { kind, parameterCount: parameters } = prepared.model;
    const { task, unit } = units;
    const resumed = this.step > 0;
    this.emit({ event: 'started', ...this.position, resumed, groups, clip, parameters, kind, task, unit });
    for (const message of warnings) this.warn(message);
  }

  get position(): Position {
    return { step: this.step, time: this.watch.seconds };
  }

  get stopped(): boolean {
    return this.context.control.stopped;
  }

  emit(event: RunEvent): void {
    this.events.emit(event);
  }

  warn(message: string): void {
    this.emit({ event: 'warning', ...this.position, message });
  }

  /** Figures on the held-out part; undefined when it was stopped. */
  async measure(): Promise<{ evaluation: Evaluation | undefined } | undefined> {
    const { model } = this.session.prepared;
    if (!model.hasValidation) return { evaluation: undefined };
    const measured = await this.inSlices(model.evaluateInSlices());
    return measured && { evaluation: measured.value };
  }

  /** Some lines of what was learned; undefined when it was stopped. */
  async sample(): Promise<string | undefined> {
    const { prepared, record } = this.session;
    if (record.recipe.evaluation.sampleLength === 0) return '';
    let text = '';
    const whole = await this.inSlices(prepared.model.sampleInSlices(), (piece) => (text += piece));
    return whole && text;
  }

  /** Logs figures; true when they are the best so far. */
  tellEvaluation(evaluation: Evaluation, position: Position): boolean {
    const { standing } = this;
    const { classes, confusion, mix } = evaluation;
    const best = isBetter(this.session.units.task, evaluation, standing.best);
    const measures = measuresOf(evaluation, this.session.units);
    const mixed = mix && { mixWeights: mix.weights, mixScale: mix.scale };
    const event = { event: 'evaluation', ...position, ...measures, classes, confusion, best, ...mixed } as const;
    this.emit(event);
    standing.lastEvaluation = event;
    standing.withoutBetter = best ? 0 : standing.withoutBetter + 1;
    if (best) standing.best = bestOf(event);
    return best;
  }

  async tellSample(text: string, position: Position): Promise<void> {
    if (text === '') return;
    const { temperature } = this.session.record.recipe.evaluation;
    this.emit({ event: 'sample', ...position, text, temperature });
    await this.session.folder.writeSample(position.step, text);
  }

  tellBaseline({ name, evaluation, fault, warnings, seconds, parameters }: BaselineResult): void {
    for (const sentence of fault === undefined ? warnings : [fault]) this.warn(`Baseline ${name}: ${sentence}`);
    if (evaluation === undefined) return;
    const { classes, confusion } = evaluation;
    const measures = measuresOf(evaluation, this.session.units);
    const event = {
      ...({ event: 'baseline', ...this.position, name } as const),
      ...{ ...measures, classes, confusion, seconds, parameters },
    };
    this.emit(event);
    addBaseline(this.standing, baselineOf(event));
    this.recordBaselines();
    this.tellRecord();
  }

  /** Runs a generator to its end while messages flow and commands are seen; undefined when it was stopped. */
  async inSlices<Y, R>(work: Generator<Y, R>, take?: (value: Y) => void): Promise<{ value: R } | undefined> {
    try {
      for (;;) {
        const { done, value } = work.next();
        if (done) return { value };
        take?.(value);
        await this.breathe();
        await this.pauseIfAsked();
        if (this.stopped) return undefined;
      }
    } finally {
      // Closing it disposes of what it holds.
      work.return(undefined as never);
    }
  }

  /** Lets messages flow if they have waited long enough. */
  async breathe(): Promise<void> {
    if (performance.now() - this.yieldedAt < YIELD) return;
    await this.events.tick();
    await yieldToMessages();
    this.yieldedAt = performance.now();
  }

  async pauseIfAsked(): Promise<void> {
    const { control } = this.context;
    if (!control.paused) return;
    this.watch.pause();
    this.emit({ event: 'paused', ...this.position });
    this.session.record.status = 'paused';
    await this.beforePause();
    await this.writeRecord();
    await this.events.flush();
    await control.whilePaused();
    this.session.record.status = 'running';
    if (control.stopped) return;
    this.emit({ event: 'continued', ...this.position });
    await this.writeRecord();
    this.watch.start();
  }

  async finish(reason: FinishReason): Promise<TrainResult> {
    const { record, folder } = this.session;
    this.watch.pause();
    const finished = this.finished(reason);
    this.emit(finished);
    await folder.writing(() => this.events.sync());
    record.status = reason;
    record.owner = undefined;
    await this.writeRecord();
    return { run: folder.folder, record, finished };
  }

  /** Keeps what is on disk and says why it ended. Rejects when not even that can be written. */
  async fail(cause: unknown): Promise<TrainResult> {
    const { record, folder } = this.session;
    this.watch.pause();
    const error = tooLarge(cause) ?? explain(cause, 'Cannot write to', folder.folder);
    const message = error instanceof UserError ? error.message : `Internal error: ${describe(error)}.`;
    if (!(error instanceof UserError)) this.context.notify('log', { level: 'error', message: stackOf(error) });
    const finished = this.finished('failed', message);
    this.emit(finished);
    this.events.sendNow();
    await this.events.sync().catch(() => undefined);
    Object.assign(record, { status: 'failed', message, owner: undefined });
    await this.writeRecord().catch(() => {
      throw error;
    });
    return { run: folder.folder, record, finished };
  }

  async writeRecord(): Promise<void> {
    const { record, folder } = this.session;
    Object.assign(record, { ...this.position, best: this.standing.best, updated: new Date().toISOString() });
    Object.assign(record, await writtenByPeople(this.session));
    await folder.writeRecord(record);
    this.tellRecord();
  }

  private recordBaselines(): void {
    const { record } = this.session;
    const { baselines } = this.standing;
    record.baselines = baselines.length > 0 ? baselines : undefined;
    record.baseline = bestBaseline(record.recipe.task, baselines);
  }

  private tellRecord(): void {
    const { record, folder } = this.session;
    this.context.notify('recordChanged', { folder: folder.folder, record });
  }

  private finished(reason: FinishReason, message?: string): FinishedEvent {
    const { best } = this.standing;
    return {
      event: 'finished',
      ...this.position,
      reason,
      message,
      metrics: finalMetrics(best),
      bestStep: best?.step,
    };
  }
}

/** Name, notes and star, which another thread may have changed while this one trains. */
async function writtenByPeople({ folder }: Session): Promise<Partial<Pick<RunRecord, 'name' | 'notes' | 'star'>>> {
  try {
    const { name, notes, star } = await folder.readRecord();
    return { name, notes, star };
  } catch {
    return {};
  }
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
