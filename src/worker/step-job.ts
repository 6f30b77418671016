import { Cancelled } from '../core/errors';
import type { FinishReason } from '../core/runs/events';
import type { Learner, StepResult } from '../core/training/learner';
import { BaselineWork } from './baselines';
import { EvaluationPlan, Speed, type Budget } from './budget';
import type { Sitting } from './sitting';

/** Share of the time that fitting baselines may take beside training, and its longest slice in milliseconds. */
const BASELINE_SHARE = 1;
const BASELINE_SLICE = 30;

/** Training of a model that learns in steps. */
export class StepJob {
  private readonly budget: Budget;
  private readonly plan: EvaluationPlan;
  private readonly speed = new Speed();
  private readonly baselines: BaselineWork;

  constructor(
    private readonly sitting: Sitting,
    private readonly learner: Learner,
  ) {
    const { session, standing } = sitting;
    const { recipe } = session.record;
    if (!session.budget) throw new Error('A model that learns in steps needs a budget.');
    this.budget = session.budget;
    this.plan = new EvaluationPlan(recipe.evaluation.every, this.budget, standing.lastLook);
    // A run that ended early is resumed because a person thinks that it is worth another try.
    if (this.patienceOver) standing.withoutBetter = 0;
    const known = new Set(standing.baselines.map(({ name }) => name));
    const wanted = learner.hasValidation ? session.prepared.baselines.filter(({ name }) => !known.has(name)) : [];
    this.baselines = new BaselineWork(wanted);
    sitting.step = learner.step;
    sitting.beforePause = () => this.saveLast();
  }

  async run(): Promise<FinishReason> {
    const { sitting, learner } = this;
    sitting.begin(learner.groups, sitting.session.record.recipe.training.clip);
    if (learner.step > 0) await sitting.checkpoints.takeUp(learner);
    sitting.watch.start();
    const reason = await this.loopUntilStopped();
    sitting.watch.pause();
    if (reason !== 'stopped') await this.finishBaselines();
    await this.saveLast();
    if (learner.newestIsBest && learner.step > 0) await sitting.checkpoints.saveBest(learner);
    return reason;
  }

  /** Stop may come in the middle of a step, which then never was: parameters and position are those of the last one. */
  private async loopUntilStopped(): Promise<FinishReason> {
    try {
      return await this.sitting.context.backends.heedingStop(() => this.loop());
    } catch (error) {
      if (error instanceof Cancelled) return 'stopped';
      throw error;
    }
  }

  /** One turn a step. An evaluation that was cut short is due again when the run goes on. */
  private async loop(): Promise<FinishReason> {
    const { sitting, learner, budget } = this;
    for (;;) {
      if (learner.step > 0) {
        const ended = await this.look();
        if (ended) return ended;
      }
      if (sitting.stopped) return 'stopped';
      await sitting.pauseIfAsked();
      if (sitting.stopped) return 'stopped';
      if (budget.progress(sitting.position) >= 1) return 'done';
      this.step();
      await sitting.events.tick();
      await sitting.breathe();
    }
  }

  /** What happens between steps: evaluation, checkpoint. Says when the run is over because it gets no better. */
  private async look(): Promise<FinishReason | undefined> {
    const { sitting } = this;
    const over = this.budget.progress(sitting.position) >= 1;
    const measured = sitting.standing.lastLook?.step === this.learner.step;
    if (!measured && (over || this.plan.due(sitting.position))) {
      if (!(await this.evaluate())) return 'stopped';
      if (!over && this.patienceOver) return 'early';
    }
    if (sitting.checkpoints.due) await this.saveLast();
    return undefined;
  }

  private step(): void {
    const { learner, budget, sitting } = this;
    const from = performance.now();
    const result = learner.trainStep(budget.progress(sitting.position));
    const milliseconds = performance.now() - from;
    sitting.step = learner.step;
    this.speed.add(result.tokens, milliseconds / 1000);
    this.emitStep(result);
    // Counts on, as long as the step took: the first loss is on the screen before, and the curve goes on meanwhile.
    this.workOnBaselines(Math.min(BASELINE_SLICE, milliseconds * BASELINE_SHARE));
  }

  private emitStep({ loss, gradientNorm, groupNorms, clipRatio, rate, epoch }: StepResult): void {
    const { position } = this.sitting;
    this.sitting.emit({
      event: 'step',
      ...position,
      epoch,
      loss,
      gradientNorm,
      groupNorms,
      clipRatio,
      rate,
      tokensPerSecond: this.speed.tokensPerSecond,
      progress: this.budget.progress(position),
      secondsLeft: this.budget.secondsLeft(position, this.stepSeconds),
    });
  }

  /** Seconds a step takes when evaluations and all else are counted; from the last steps alone at the very start. */
  private get stepSeconds(): number {
    const { step, time } = this.sitting.position;
    return time > 2 ? Math.max(this.speed.stepSeconds, time / step) : this.speed.stepSeconds;
  }

  private workOnBaselines(milliseconds: number): void {
    const result = this.baselines.work(milliseconds);
    if (result) this.sitting.tellBaseline(result);
  }

  /** A short run may end before its baselines are fitted; without them, the figures say little. */
  private async finishBaselines(): Promise<void> {
    while (!this.baselines.done && !this.sitting.stopped) {
      this.workOnBaselines(BASELINE_SLICE);
      await this.sitting.breathe();
    }
  }

  /** Measures and samples; false when it was stopped, and then nothing of it is logged. */
  private async evaluate(): Promise<boolean> {
    const { sitting, learner } = this;
    const from = sitting.watch.seconds;
    const measured = await sitting.measure();
    if (!measured) return false;
    const text = await sitting.sample();
    if (text === undefined) return false;
    const { position } = sitting;
    const { evaluation } = measured;
    const better = evaluation ? this.tell(evaluation.loss, sitting.tellEvaluation(evaluation, position)) : false;
    await sitting.tellSample(text, position);
    sitting.standing.lastLook = position;
    // "last" goes first: best is then never ahead of the step at which a killed run goes on.
    if (better) {
      await this.saveLast();
      await sitting.checkpoints.saveBest(learner);
    }
    await sitting.writeRecord();
    this.plan.made({ ...position, time: from }, sitting.watch.seconds - from);
    return true;
  }

  private tell(loss: number, better: boolean): boolean {
    this.learner.evaluated(loss);
    this.sitting.checkpoints.changed();
    return better;
  }

  private async saveLast(): Promise<void> {
    if (this.learner.step > 0) await this.sitting.checkpoints.saveLast(this.learner);
  }

  private get patienceOver(): boolean {
    const { patience } = this.sitting.session.record.recipe.training;
    return patience > 0 && this.sitting.standing.withoutBetter >= patience;
  }
}
