import { Worker, type MessagePort } from 'node:worker_threads';
import { openChannel, type Channel, type Port } from './channel';
import { COMMAND, CONTROL, type CommandName, type WorkerContract, type WorkerEvents, type WorkerSetup } from './worker';

export type WorkerChannel = Channel<WorkerContract, WorkerEvents>;

/** A worker thread with its channel. Started by the editor and by the command line in the same way. */
export interface WorkerThread {
  readonly channel: WorkerChannel;
  /** Seen by the running job at its next step, whatever messages wait. */
  command(name: CommandName): void;
  /** Resolves when the thread has ended, with the reason if it died by itself. */
  readonly ended: Promise<Error | undefined>;
  terminate(): Promise<void>;
}

/** Requests that read the control cell. */
const JOBS: ReadonlySet<string> = new Set(['train', 'resume']);

/** Starts `script` (the bundled worker program) as a thread. */
export function startWorker(script: string, setup: Omit<WorkerSetup, 'control'>): WorkerThread {
  const control = new Int32Array(new SharedArrayBuffer(64));
  const command = (name: CommandName): void => {
    Atomics.store(control, CONTROL.command, COMMAND[name]);
    Atomics.notify(control, CONTROL.command);
  };
  const workerData = { ...setup, control: control.buffer as SharedArrayBuffer } satisfies WorkerSetup;
  const worker = new Worker(script, { workerData, stdout: false, stderr: false });
  const channel: WorkerChannel = openChannel(portOf(worker));
  let failure: Error | undefined;
  worker.on('error', (error) => (failure = error instanceof Error ? error : new Error(String(error))));
  let closing = false;
  const ended = new Promise<Error | undefined>((resolve) => {
    worker.once('exit', (code) => {
      if (!closing) failure ??= new Error(`The worker thread ended with code ${code}.`);
      channel.dispose();
      resolve(closing ? undefined : failure);
    });
  });
  let jobs = 0;
  return {
    channel: {
      ...channel,
      async request(name, params, signal) {
        const job = JOBS.has(name);
        // An old command must not meet a new job. The host clears it, because only the host knows the order in which
        // its own commands and requests were given: one that comes after the request counts, however late the job.
        if (job && jobs++ === 0) command('run');
        try {
          return await channel.request(name, params, signal);
        } catch (error) {
          throw failure && !closing ? failure : error;
        } finally {
          if (job) jobs--;
        }
      },
    },
    ended,
    command,
    async terminate() {
      closing = true;
      await worker.terminate();
    },
  };
}

/** The port of a thread's own side, or of a thread seen from outside. */
export function portOf(end: Worker | MessagePort): Port {
  return {
    post: (message) => end.postMessage(message),
    listen(onMessage) {
      end.on('message', onMessage);
      return () => end.off('message', onMessage);
    },
  };
}
