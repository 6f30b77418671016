import type { TrainResult } from '../protocol/worker';
import { CountJob } from './count-job';
import type { JobContext } from './job-context';
import { disposePrepared, type Session } from './session';
import { Sitting } from './sitting';
import { StepJob } from './step-job';

/**
 * Trains a prepared run to its end, whatever that end is: budget used, no better for long, stopped, or failed. It owns
 * the session and closes it. Throws UserError only when not even the record of the failure could be written.
 */
export async function runTraining(session: Session, context: JobContext): Promise<TrainResult> {
  const sitting = new Sitting(session, context);
  const { model } = session.prepared;
  try {
    const job = model.kind === 'steps' ? new StepJob(sitting, model) : new CountJob(sitting, model);
    return await sitting.finish(await job.run());
  } catch (error) {
    return await sitting.fail(error);
  } finally {
    await session.log.close().catch(() => undefined);
    disposePrepared(session.prepared);
    session.close?.();
  }
}
