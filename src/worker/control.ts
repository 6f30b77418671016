import { COMMAND, CONTROL } from '../protocol/worker';

/** Lets messages and timers of this thread run. */
export function yieldToMessages(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The shared cell through which Stop and Pause reach a running job, whatever messages wait. */
export class Control {
  private readonly cells: Int32Array;

  /** @param signal aborting the request that started the job is the same as Stop */
  constructor(
    buffer: SharedArrayBuffer,
    private readonly signal?: AbortSignal,
  ) {
    this.cells = new Int32Array(buffer);
  }

  /** This control, with a request's own signal. */
  for(signal: AbortSignal): Control {
    return new Control(this.cells.buffer as SharedArrayBuffer, signal);
  }

  get stopped(): boolean {
    return this.signal?.aborted === true || Atomics.load(this.cells, CONTROL.command) === COMMAND.stop;
  }

  get paused(): boolean {
    return !this.stopped && Atomics.load(this.cells, CONTROL.command) === COMMAND.pause;
  }

  /** Resolves when the job is no longer paused. Looks every 20 ms; messages flow meanwhile. */
  async whilePaused(): Promise<void> {
    while (this.paused) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Seconds of training: stands still while the job is paused. */
export class Stopwatch {
  private since: number | undefined;

  /** @param elapsed seconds of earlier sittings */
  constructor(
    private elapsed = 0,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {}

  start(): void {
    this.since ??= this.now();
  }

  pause(): void {
    this.elapsed = this.seconds;
    this.since = undefined;
  }

  get seconds(): number {
    return this.elapsed + (this.since === undefined ? 0 : this.now() - this.since);
  }
}
