import type { EventStream } from './event-stream';
import type { Standing } from './metrics';
import type { Session } from './prepare';
import type { CheckpointKind } from './run-folder';

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

  /** Everything that an exact resume needs; does nothing when it is on disk already. Throws UserError. */
  async saveLast(): Promise<void> {
    const { trainer } = this.session;
    if (this.savedStep === trainer.step) return;
    await this.save('last', {});
    this.savedStep = trainer.step;
    this.savedAt = performance.now();
  }

  /** The weights of the best evaluation, which was just made; `saveLast` comes before. Throws UserError. */
  async saveBest(): Promise<void> {
    await this.save('best', { 'run.validationLoss': String(this.standing.best?.validationLoss) });
  }

  /** Makes good what the earlier sitting's end left out between its last and its best checkpoint. */
  async takeUp(): Promise<void> {
    const { trainer, folder } = this.session;
    this.savedStep = trainer.step;
    const { best } = this.standing;
    if (!best) return;
    const onDisk = await folder.readCheckpoint('best').then(
      ({ metadata }) => metadata.step,
      () => undefined,
    );
    if (onDisk === String(best.step)) return;
    if (best.step === trainer.step) await this.saveBest();
    else if (onDisk === undefined) this.forgetBest(best.step);
  }

  /** So that the next evaluation is a best one and writes the file anew. */
  private forgetBest(step: number): void {
    const message = `The best checkpoint, of step ${step}, is missing or damaged; the next evaluation makes a new one.`;
    this.events.emit({ event: 'warning', step: this.session.trainer.step, time: this.seconds(), message });
    this.standing.best = undefined;
  }

  /** The log goes first: a checkpoint on disk never knows more than the log. */
  private async save(kind: CheckpointKind, more: Record<string, string>): Promise<void> {
    const { trainer, folder, copySha256 } = this.session;
    const time = this.seconds();
    const { tensors, metadata } = trainer.checkpoint(kind);
    await folder.writing(() => this.events.sync());
    await folder.writeCheckpoint(kind, tensors, {
      ...metadata,
      'run.time': String(time),
      'run.source': copySha256,
      ...more,
    });
    this.events.emit({ event: 'checkpoint', step: trainer.step, time, kind });
  }
}
