import type { FinishReason } from '../core/runs/events';
import type { Counter } from '../core/training/learner';
import { BaselineWork } from './baselines';
import type { Sitting } from './sitting';

/** Milliseconds of a slice of the baselines' work, and between two words about progress. */
const SLICE = 30;
const INTERVAL = 100;

/**
 * Training of a model that learns in one pass. It is one step: before it nothing is there, and a run that was stopped or
 * killed in it begins anew when it is resumed.
 */
export class CountJob {
  private toldAt = -Infinity;

  constructor(
    private readonly sitting: Sitting,
    private readonly counter: Counter,
  ) {}

  async run(): Promise<FinishReason> {
    const { sitting, counter } = this;
    sitting.begin([], 0);
    sitting.watch.start();
    const fitted = await sitting.inSlices(counter.fitInSlices(), (share) => this.tellProgress(share));
    if (!fitted || sitting.stopped) return 'stopped';
    sitting.session.record.parameters = counter.parameterCount;
    for (const sentence of counter.warnings ?? []) sitting.warn(sentence);
    const done = await this.measure();
    sitting.watch.pause();
    if (!done) return 'stopped';
    await this.fitBaselines();
    return 'done';
  }

  private tellProgress(progress: number): void {
    const { position } = this.sitting;
    if (progress <= 0 || performance.now() - this.toldAt < INTERVAL) return;
    this.toldAt = performance.now();
    const secondsLeft = (position.time * (1 - progress)) / progress;
    this.sitting.emit({ event: 'progress', ...position, progress, secondsLeft });
  }

  /** Figures, a sample and the checkpoint; false when it was stopped before all of that was there. */
  private async measure(): Promise<boolean> {
    const { sitting, counter } = this;
    const measured = await sitting.measure();
    const text = measured && (await sitting.sample());
    if (!measured || text === undefined) return false;
    sitting.step = 1;
    const { position } = sitting;
    if (measured.evaluation) sitting.tellEvaluation(measured.evaluation, position);
    await sitting.tellSample(text, position);
    await sitting.checkpoints.write('best', 1, counter.checkpoint());
    await sitting.writeRecord();
    return true;
  }

  private async fitBaselines(): Promise<void> {
    const { sitting, counter } = this;
    if (!counter.hasValidation) return;
    const work = new BaselineWork(sitting.session.prepared.baselines);
    while (!work.done && !sitting.stopped) {
      const result = work.work(SLICE);
      if (result) sitting.tellBaseline(result);
      await sitting.breathe();
    }
  }
}
