import { UserError } from '../core/errors';
import { DEFAULT_MINUTES, type Recipe } from '../core/recipe/schema';

/** How far a run is, at some moment. */
export interface Position {
  /** Steps done. */
  step: number;
  /** Seconds of training. */
  time: number;
}

/** Evaluations that are spread over the budget when a recipe does not say how many. */
const EVALUATIONS = 40;
/** One more is made when this share of the budget is used, so that the first figures come soon. */
const FIRST_EVALUATION = 1 / 200;
/** With a budget of minutes, at least this many times as long as an evaluation took is trained before the next. */
const TRAIN_PER_EVALUATION = 15;

/**
 * When a run ends. Of minutes, steps and epochs the first to be reached ends it; with none of them it is 3 minutes.
 * Steps and epochs are exact: progress depends on the step only, so such a run can be repeated bit for bit.
 */
export class Budget {
  /** Steps to do, undefined when only the clock counts. */
  readonly steps: number | undefined;
  /** Seconds to train, undefined when only steps count. */
  readonly seconds: number | undefined;

  /** @param stepsPerEpoch steps of one pass over the training text */
  constructor(training: Pick<Recipe['training'], 'minutes' | 'steps' | 'epochs'>, stepsPerEpoch: number) {
    const { minutes, steps, epochs } = training;
    const ofEpochs = epochs === undefined ? Infinity : Math.max(1, Math.ceil(epochs * stepsPerEpoch));
    const least = Math.min(steps ?? Infinity, ofEpochs);
    this.steps = least === Infinity ? undefined : least;
    const noEnd = minutes === undefined && this.steps === undefined;
    this.seconds = noEnd ? DEFAULT_MINUTES * 60 : minutes === undefined ? undefined : minutes * 60;
  }

  /** Share that is used, 0 to 1. */
  progress({ step, time }: Position): number {
    const bySteps = this.steps === undefined ? 0 : step / this.steps;
    const byTime = this.seconds === undefined ? 0 : time / this.seconds;
    return Math.min(1, Math.max(bySteps, byTime));
  }

  /**
   * Seconds until the end, as far as can be told.
   * @param stepSeconds seconds that a step takes lately, evaluations included; 0 when unknown
   */
  secondsLeft({ step, time }: Position, stepSeconds: number): number {
    const bySteps = this.steps === undefined ? Infinity : (this.steps - step) * stepSeconds;
    const byTime = this.seconds === undefined ? Infinity : this.seconds - time;
    return Math.max(0, Math.min(bySteps, byTime));
  }

  /** One sentence's end for people: "2,000 steps", "3 minutes". */
  get description(): string {
    const parts: string[] = [];
    if (this.steps !== undefined)
      parts.push(`${this.steps.toLocaleString('en-US')} step${this.steps === 1 ? '' : 's'}`);
    if (this.seconds !== undefined) parts.push(`${Number((this.seconds / 60).toFixed(2))} minutes`);
    return parts.join(' or ');
  }

  /** Throws UserError when a run that goes on has nothing left to do. */
  refuseUsed(position: Position): void {
    if (this.progress(position) < 1) return;
    throw new UserError(
      `The run has used its budget of ${this.description}: give it a larger one to train on (it has done ${position.step.toLocaleString('en-US')} steps in ${(position.time / 60).toFixed(1)} minutes).`,
    );
  }
}

/**
 * When a run is evaluated. `every` steps if the recipe says so; otherwise soon after the start and then 40 times over
 * the budget. With a budget of steps that depends on the step only. With one of minutes an evaluation waits until
 * training took 15 times as long as the last one, so that measuring never takes more than a sixteenth of the time.
 */
export class EvaluationPlan {
  private slot: number;
  private cost = 0;
  private endedAt = -Infinity;

  /** @param last where the last evaluation was made, undefined before the first */
  constructor(
    private readonly every: number,
    private readonly budget: Budget,
    last: Position | undefined,
  ) {
    this.slot = last ? this.slotOf(last) : 0;
  }

  /** True when an evaluation is due after the step that led to `position`. */
  due(position: Position): boolean {
    if (this.slotOf(position) <= this.slot) return false;
    return (
      this.budget.steps !== undefined ||
      this.every > 0 ||
      position.time - this.endedAt >= TRAIN_PER_EVALUATION * this.cost
    );
  }

  /** To be told when an evaluation was made and how many seconds it took, pauses left out. */
  made(position: Position, seconds: number): void {
    this.slot = this.slotOf(position);
    this.cost = seconds;
    this.endedAt = position.time + seconds;
  }

  /** Counts the moments at which an evaluation falls due. */
  private slotOf(position: Position): number {
    if (this.every > 0) return Math.floor(position.step / this.every);
    const progress = this.budget.progress(position);
    // Rounded, so that the slot of step k of n does not hang on the last bit of a division.
    const regular = Math.floor(Number((progress * EVALUATIONS).toFixed(9)));
    return regular + (progress >= FIRST_EVALUATION ? 1 : 0);
  }
}

/** Speed of late: a mean that forgets with a time constant of 2 s, so that figures on a screen do not flicker. */
export class Speed {
  private tokens = 0;
  private seconds = 0;
  private steps = 0;

  /** Counts steps; `seconds` is the time they took, without evaluations. */
  add(tokens: number, seconds: number): void {
    const keep = Math.exp(-seconds / 2);
    this.tokens = this.tokens * keep + tokens;
    this.seconds = this.seconds * keep + seconds;
    this.steps = this.steps * keep + 1;
  }

  get tokensPerSecond(): number {
    return this.seconds > 0 ? this.tokens / this.seconds : 0;
  }

  /** Seconds a step takes. */
  get stepSeconds(): number {
    return this.steps > 0 ? this.seconds / this.steps : 0;
  }
}
