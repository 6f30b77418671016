import type { Checkpoint, Learner } from '../core/training/learner';
import type { EventStream } from './event-stream';
import type { Standing } from './metrics';
import type { CheckpointKind } from './run-folder';
import type { Session } from './session';

/** Seconds between two last checkpoints, at most. */
const CHECKPOINT_SECONDS = 30;

/** Writes a run's checkpoints in the order that lets a killed run go on: log, last, best. */
export class CheckpointWriter {
  /** Step of the last checkpoint on disk, and when it was written (ms). */
  private savedStep = -1;
  private savedAt = performance.now();

  /** @param seconds time of training so far */
  constructor(
    private readonly session: Session,
    private readonly events: EventStream,
    private readonly standing: Standing,
    private readonly seconds: () => number,
  ) {}

  /** True when the last checkpoint is old. */
  get due(): boolean {
    return performance.now() - this.savedAt >= CHECKPOINT_SECONDS * 1000;
  }

  /** The learner has changed without a step: it heard of an evaluation. */
  changed(): void {
    this.savedStep = -1;
  }

  /** Everything that an exact resume needs; does nothing when it is on disk already. Throws UserError. */
  async saveLast(learner: Learner): Promise<void> {
    const { step } = learner;
    if (this.savedStep === step) return;
    await this.write('last', step, learner.checkpoint('last'));
    this.savedStep = step;
    this.savedAt = performance.now();
  }

  /** The weights of the best evaluation, which was just made; `saveLast` comes before. Throws UserError. */
  async saveBest(learner: Learner): Promise<void> {
    await this.write('best', learner.step, learner.checkpoint('best'));
  }

  /** Makes good what the earlier sitting's end left out between its last and its best checkpoint. */
  async takeUp(learner: Learner): Promise<void> {
    const { folder } = this.session;
    this.savedStep = learner.step;
    const { best } = this.standing;
    if (!best) return;
    const onDisk = await folder.readCheckpoint('best').then(
      ({ metadata }) => metadata.step,
      () => undefined,
    );
    if (onDisk === String(best.step)) return;
    if (best.step === learner.step) await this.saveBest(learner);
    else if (onDisk === undefined) this.forgetBest(best.step, learner.step);
  }

  /** The log goes first: a checkpoint on disk never knows more than the log. Throws UserError. */
  async write(kind: CheckpointKind, step: number, { tensors, metadata }: Checkpoint): Promise<void> {
    const { folder, sourceSha256 } = this.session;
    const time = this.seconds();
    const best = this.standing.best?.validationLoss;
    await folder.writing(() => this.events.sync());
    await folder.writeCheckpoint(kind, tensors, {
      ...metadata,
      step: String(step),
      'run.time': String(time),
      'run.source': sourceSha256,
      ...(kind === 'best' && best !== undefined ? { 'run.validationLoss': String(best) } : {}),
    });
    this.events.emit({ event: 'checkpoint', step, time, kind });
  }

  /** So that the next evaluation is a best one and writes the file anew. */
  private forgetBest(best: number, step: number): void {
    const message = `The best checkpoint, of step ${best}, is missing or damaged; the next evaluation makes a new one.`;
    this.events.emit({ event: 'warning', step, time: this.seconds(), message });
    this.standing.best = undefined;
  }
}
