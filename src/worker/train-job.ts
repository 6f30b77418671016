import { UserError } from '../core/errors';
import { sampleTokens } from '../core/generation/sample';
import { Random } from '../core/random';
import type { FinishedEvent, FinishReason, RunEvent } from '../core/runs/events';
import type { RunRecord } from '../core/runs/record';
import type { TokenEvaluation as Evaluation } from '../core/training/evaluation';
import type { StepResult } from '../core/training/learner';
import type { TrainResult } from '../protocol/worker';
import { BaselineWork, type BaselineResult } from './baseline';
import { CheckpointWriter } from './checkpoint-writer';
import { EvaluationPlan, Speed, type Position } from './budget';
import { Stopwatch, yieldToMessages } from './control';
import { EventStream } from './event-stream';
import { explain } from './files';
import type { JobContext } from './job-context';
import { tooLarge } from './memory';
import { baselineOf, bestOf, characterMetrics, finalMetrics, standingOf, type Standing } from './metrics';
import type { Session } from './prepare';

/** Milliseconds of work after which messages get their turn. */
const YIELD = 10;
/** Share of the time that counting the baseline may take beside training, and its longest slice in milliseconds. */
const BASELINE_SHARE = 1;
const BASELINE_SLICE = 30;

/**
 * Trains a prepared run to its end, whatever that end is: budget used, no better for long, stopped, or failed. It owns
 * the session and closes it. Throws UserError only when not even the record of the failure could be written.
 */
export async function runTraining(session: Session, context: JobContext): Promise<TrainResult> {
  const training = new Training(session, context);
  try {
    return await training.run();
  } finally {
    await session.log.close().catch(() => undefined);
    session.trainer.dispose();
  }
}

class Training {
  private readonly watch: Stopwatch;
  private readonly events: EventStream;
  private readonly plan: EvaluationPlan;
  private readonly standing: Standing;
  private readonly speed = new Speed();
  private baseline: BaselineWork | undefined;
  private readonly checkpoints: CheckpointWriter;
  private yieldedAt = 0;

  constructor(
    private readonly session: Session,
    private readonly context: JobContext,
  ) {
    const { history, log, folder, time, record } = session;
    this.watch = new Stopwatch(time);
    this.events = new EventStream(log, (events) => context.notify('events', { folder: folder.folder, events }));
    this.standing = standingOf(history);
    this.checkpoints = new CheckpointWriter(session, this.events, this.standing, () => this.watch.seconds);
    this.plan = new EvaluationPlan(record.recipe.evaluation.every, session.budget, this.standing.lastEvaluation);
    // A run that ended early is resumed because a person thinks that it is worth another try.
    if (this.patienceOver) this.standing.withoutBetter = 0;
    record.best = this.standing.best;
    record.baseline = this.standing.baseline;
  }

  async run(): Promise<TrainResult> {
    try {
      await this.begin();
      const reason = await this.loop();
      if (reason !== 'stopped') await this.finishBaseline();
      return await this.finish(reason);
    } catch (error) {
      return this.fail(error);
    }
  }

  private async begin(): Promise<void> {
    const { trainer, record, folder, warnings } = this.session;
    const { recipe } = record;
    this.context.notify('runStarted', { folder: folder.folder, record });
    this.emit({
      event: 'started',
      ...this.position,
      resumed: trainer.step > 0,
      groups: trainer.model.groups,
      clip: recipe.training.clip,
      parameters: trainer.parameterCount,
    });
    for (const message of warnings) this.warn(message);
    if (trainer.step > 0) await this.checkpoints.takeUp();
    if (recipe.evaluation.baseline && !record.baseline && trainer.hasValidation) {
      const { train, validation, tokenizer } = this.session;
      this.baseline = new BaselineWork(recipe, train, validation, tokenizer.size);
    }
    this.watch.start();
  }

  /** One turn a step. An evaluation that was cut short is due again when the run goes on. */
  private async loop(): Promise<FinishReason> {
    const { trainer, budget } = this.session;
    for (;;) {
      if (trainer.step > 0) {
        const ended = await this.look();
        if (ended) return ended;
      }
      if (this.context.control.stopped) return 'stopped';
      await this.pauseIfAsked();
      if (this.context.control.stopped) return 'stopped';
      if (budget.progress(this.position) >= 1) return 'done';
      this.step();
      await this.events.tick();
      await this.breathe();
    }
  }

  /** What happens between steps: evaluation, checkpoint. Says when the run is over because it gets no better. */
  private async look(): Promise<FinishReason | undefined> {
    const { budget } = this.session;
    const over = budget.progress(this.position) >= 1;
    const measured = this.standing.lastEvaluation?.step === this.session.trainer.step;
    if (!measured && (over || this.plan.due(this.position))) {
      if (!(await this.evaluate())) return 'stopped';
      if (!over && this.patienceOver) return 'early';
    }
    if (this.checkpoints.due) await this.checkpoints.saveLast();
    return undefined;
  }

  private step(): void {
    const { trainer, budget } = this.session;
    const from = performance.now();
    const result = trainer.trainStep(budget.progress(this.position));
    const milliseconds = performance.now() - from;
    this.speed.add(result.tokens, milliseconds / 1000);
    this.emitStep(result);
    this.workOnBaseline(milliseconds);
  }

  private emitStep({ loss, gradientNorm, groupNorms, clipRatio, rate, epoch }: StepResult): void {
    const { budget } = this.session;
    const { position } = this;
    this.emit({
      event: 'step',
      ...position,
      epoch,
      loss,
      gradientNorm,
      groupNorms,
      clipRatio,
      rate,
      tokensPerSecond: this.speed.tokensPerSecond,
      progress: budget.progress(position),
      secondsLeft: budget.secondsLeft(position, this.stepSeconds),
    });
  }

  /** Seconds a step takes when evaluations and all else are counted; from the last steps alone at the very start. */
  private get stepSeconds(): number {
    const { step, time } = this.position;
    return time > 2 ? Math.max(this.speed.stepSeconds, time / step) : this.speed.stepSeconds;
  }

  /** Counts on, as long as the step took: the first loss is on the screen before, and the curve goes on meanwhile. */
  private workOnBaseline(milliseconds: number): void {
    const result = this.baseline?.work(Math.min(BASELINE_SLICE, milliseconds * BASELINE_SHARE));
    if (!result) return;
    this.baseline = undefined;
    this.tellBaseline(result);
  }

  /** A short run may end before its baseline is counted; without it, the figures say little. */
  private async finishBaseline(): Promise<void> {
    this.watch.pause();
    while (this.baseline && !this.context.control.stopped) {
      this.workOnBaseline(BASELINE_SLICE);
      await this.breathe();
    }
  }

  private tellBaseline({ name, loss, seconds, warnings }: BaselineResult): void {
    for (const message of warnings) this.warn(message);
    if (loss === undefined) return;
    const event = { event: 'baseline', ...this.position, name, ...characterMetrics(loss), seconds } as const;
    this.emit(event);
    this.session.record.baseline = baselineOf(event);
    this.tellRecord();
  }

  /** Measures and samples; false when it was stopped, and then nothing of it is logged. */
  private async evaluate(): Promise<boolean> {
    const { trainer } = this.session;
    const from = this.watch.seconds;
    let metrics: Evaluation | undefined;
    if (trainer.hasValidation) {
      const measured = await this.inSlices(trainer.evaluateInSlices());
      if (!measured) return false;
      metrics = measured.value;
    }
    const text = await this.sample();
    if (text === undefined) return false;
    const position = this.position;
    const better = metrics ? this.tellEvaluation(metrics, position) : false;
    await this.tellSample(text, position);
    // "last" goes first: best is then never ahead of the step at which a killed run goes on.
    if (better) {
      await this.checkpoints.saveLast();
      await this.checkpoints.saveBest();
    }
    await this.writeRecord();
    this.plan.made({ ...position, time: from }, this.watch.seconds - from);
    return true;
  }

  private tellEvaluation({ loss, accuracy }: Evaluation, position: Position): boolean {
    const { standing } = this;
    const best = loss < (standing.best?.validationLoss ?? Infinity);
    const event = { event: 'evaluation', ...position, ...characterMetrics(loss), accuracy, best } as const;
    this.emit(event);
    standing.lastEvaluation = event;
    standing.withoutBetter = best ? 0 : standing.withoutBetter + 1;
    if (best) standing.best = bestOf(event);
    return best;
  }

  /** Writes a little with a random state and a recurrent state of its own; undefined when it was stopped. */
  private async sample(): Promise<string | undefined> {
    const { trainer, tokenizer, record, validation, train } = this.session;
    const { sampleLength, temperature } = record.recipe.evaluation;
    if (sampleLength === 0) return '';
    const newline = tokenizer.encode('\n');
    const start = validation.length > 0 ? validation : train;
    const prompt = newline[0] === tokenizer.unknownId ? start.slice(0, 1) : newline;
    const tokens = sampleTokens(trainer.model, prompt, {
      length: sampleLength,
      temperature,
      random: new Random(record.recipe.seed ^ Math.imul(trainer.step, 0x9e3779b1)),
      forbidden: [tokenizer.unknownId],
    });
    const ids: number[] = [];
    const whole = await this.inSlices(tokens, ({ id }) => ids.push(id));
    return whole && tokenizer.decode(ids);
  }

  private async tellSample(text: string, position: Position): Promise<void> {
    if (text === '') return;
    const { temperature } = this.session.record.recipe.evaluation;
    this.emit({ event: 'sample', ...position, text, temperature });
    await this.session.folder.writeSample(position.step, text);
  }

  /** Runs a generator to its end while messages flow and commands are seen; undefined when it was stopped. */
  private async inSlices<Y, R>(work: Generator<Y, R>, take?: (value: Y) => void): Promise<{ value: R } | undefined> {
    try {
      for (;;) {
        const { done, value } = work.next();
        if (done) return { value };
        take?.(value);
        await this.breathe();
        await this.pauseIfAsked();
        if (this.context.control.stopped) return undefined;
      }
    } finally {
      // Closing it disposes of what it holds.
      work.return(undefined as never);
    }
  }

  /** Lets messages flow if they have waited long enough. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.yieldedAt < YIELD) return;
    await yieldToMessages();
    this.yieldedAt = performance.now();
  }

  private async pauseIfAsked(): Promise<void> {
    const { control } = this.context;
    if (!control.paused) return;
    this.watch.pause();
    this.emit({ event: 'paused', ...this.position });
    this.session.record.status = 'paused';
    if (this.session.trainer.step > 0) await this.checkpoints.saveLast();
    await this.writeRecord();
    await this.events.flush();
    await control.whilePaused();
    this.session.record.status = 'running';
    if (control.stopped) return;
    this.emit({ event: 'continued', ...this.position });
    await this.writeRecord();
    this.watch.start();
  }

  private async finish(reason: FinishReason): Promise<TrainResult> {
    const { record, folder, trainer } = this.session;
    this.watch.pause();
    if (trainer.step > 0) await this.checkpoints.saveLast();
    const finished = this.finished(reason);
    this.emit(finished);
    await folder.writing(() => this.events.sync());
    record.status = reason;
    record.owner = undefined;
    await this.writeRecord();
    return { run: folder.folder, record, finished };
  }

  /** Keeps what is on disk and says why it ended. Rejects when not even that can be written. */
  private async fail(cause: unknown): Promise<TrainResult> {
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

  private finished(reason: FinishReason, message?: string): FinishedEvent {
    const { best } = this.standing;
    const metrics = finalMetrics(best);
    return { event: 'finished', ...this.position, reason, message, metrics, bestStep: best?.step };
  }

  private async writeRecord(): Promise<void> {
    const { record, folder } = this.session;
    Object.assign(record, { ...this.position, best: this.standing.best, updated: new Date().toISOString() });
    Object.assign(record, await writtenByPeople(this.session));
    await folder.writeRecord(record);
    this.tellRecord();
  }

  private tellRecord(): void {
    const { record, folder } = this.session;
    this.context.notify('recordChanged', { folder: folder.folder, record });
  }

  private warn(message: string): void {
    this.emit({ event: 'warning', ...this.position, message });
  }

  private emit(event: RunEvent): void {
    this.events.emit(event);
  }

  private get position(): Position {
    return { step: this.session.trainer.step, time: this.watch.seconds };
  }

  private get patienceOver(): boolean {
    const { patience } = this.session.record.recipe.training;
    return patience > 0 && this.standing.withoutBetter >= patience;
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
