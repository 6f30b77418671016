import type { RunEvent } from '../core/runs/events';
import { LogThinner } from '../core/runs/metrics-log';
import type { MetricsFile } from './metrics-file';

/** Milliseconds between two batches. */
const INTERVAL = 100;

/**
 * The way of events out of a job: all of them to the log (thinned past 100,000 steps), and in batches, at most ten a
 * second, to whoever watches. The job calls `tick` at every turn of its loop.
 */
export class EventStream {
  private readonly thinner = new LogThinner();
  private batch: RunEvent[] = [];
  private sentAt = -Infinity;

  constructor(
    private readonly log: MetricsFile,
    private readonly send: (events: RunEvent[]) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  emit(event: RunEvent): void {
    if (this.isLogged(event)) this.log.add(event);
    this.batch.push(event);
  }

  /** When progress is told depends on the clock, so it is for the screen only. */
  private isLogged(event: RunEvent): boolean {
    return event.event !== 'progress' && (event.event !== 'step' || this.thinner.keep(event.step));
  }

  /** Sends and writes what waits, if it is time. */
  async tick(): Promise<void> {
    if (this.batch.length > 0 && this.now() - this.sentAt >= INTERVAL) await this.flush();
  }

  /** Sends and writes what waits, now. */
  async flush(): Promise<void> {
    this.sendNow();
    await this.log.write();
  }

  /** The same, and the log survives a power cut. */
  async sync(): Promise<void> {
    this.sendNow();
    await this.log.sync();
  }

  /** Sends what waits without writing it: for a disk that is full. */
  sendNow(): void {
    const batch = this.batch;
    this.batch = [];
    if (batch.length === 0) return;
    this.sentAt = this.now();
    this.send(batch);
  }

  async close(): Promise<void> {
    await this.log.close();
  }
}
