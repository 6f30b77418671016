import { Cancelled, UserError } from '../core/errors';
import type { ResumeJob, TrainJob, TrainResult } from '../protocol/worker';
import type { Control } from './control';
import type { JobContext } from './job-context';
import { tooLarge } from './memory';
import { finalMetrics } from './metrics';
import { prepareNew, prepareResume } from './prepare';
import { StoppedEarly, type Session } from './session';
import { RunFolder } from './run-folder';
import { runTraining } from './train-job';

/**
 * Whose turn it is in a thread with one backend: work that needs it waits in line, and a training job is refused while
 * another one trains, since nobody wants it to begin by itself an hour later.
 */
export class Turns {
  private line: Promise<unknown> = Promise.resolve();
  private training: string | undefined;

  /** Waits for its turn, then works. Throws UserError while this thread trains, and Cancelled. */
  async inLine<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    this.refuseTraining();
    const turn = this.line.then(() => {
      if (signal.aborted) throw new Cancelled();
      return work();
    });
    this.line = turn.catch(() => undefined);
    return turn;
  }

  /** A training job, named for people. Throws UserError while another one runs. */
  async train<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.refuseTraining();
    this.training = name;
    try {
      await this.line;
      return await work();
    } finally {
      this.training = undefined;
    }
  }

  private refuseTraining(): void {
    if (this.training !== undefined) throw new UserError(`${this.training} is already training: stop it first.`);
  }
}

/** Makes a new run and trains it. Throws UserError when it cannot begin. */
export async function train(job: TrainJob, context: JobContext): Promise<TrainResult> {
  try {
    return await runTraining(await orTooLarge(prepareNew(job, context)), context);
  } catch (error) {
    if (!(error instanceof StoppedEarly)) throw error;
    const { folder, record } = error;
    context.notify('runStarted', { folder: folder.folder, record });
    return stoppedResult(folder.folder, record);
  }
}

/** Goes on with a run. Throws UserError when it cannot. */
export async function resume(job: ResumeJob, context: JobContext): Promise<TrainResult> {
  try {
    return await runTraining(await orTooLarge(prepareResume(job, context)), context);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    // Nothing has been changed yet: the run is as it was.
    return stoppedResult(job.run, await new RunFolder(job.run).readRecord());
  }
}

/** The name of a job in "… is already training". */
export function jobName(job: TrainJob): string {
  return job.name ?? job.source.label;
}

/** A context with this request's own signal. */
export function contextFor(context: JobContext, signal: AbortSignal): JobContext {
  const control: Control = context.control.for(signal);
  return { ...context, control };
}

function stoppedResult(run: string, record: TrainResult['record']): TrainResult {
  const { step, time, best } = record;
  return { run, record, finished: { event: 'finished', step, time, reason: 'stopped', metrics: finalMetrics(best) } };
}

/** A model that does not fit in memory is a matter of the recipe. */
async function orTooLarge(preparing: Promise<Session>): Promise<Session> {
  try {
    return await preparing;
  } catch (error) {
    throw tooLarge(error) ?? error;
  }
}
