import { promises as fs } from 'node:fs';
import { decodeEvents, encodeEvent } from '../core/runs/metrics-log';
import type { RunEvent } from '../core/runs/events';
import { readLimited, replaceFile } from './files';

/** A log is never larger than about 100,000 thinned lines a doubling of the run; more is not a log of ours. */
export const LARGEST_LOG = 1 << 29;

/** `metrics.jsonl` of a run that trains: append only, one open file. Errors of the file system pass through. */
export class MetricsFile {
  private waiting: string[] = [];

  private constructor(
    private readonly handle: fs.FileHandle,
    /** Bytes that are known to be whole lines. */
    private size: number,
  ) {}

  /** Opens the log, made if missing, at its end. */
  static async open(file: string): Promise<MetricsFile> {
    const handle = await fs.open(file, 'a');
    return new MetricsFile(handle, (await handle.stat()).size);
  }

  add(event: RunEvent): void {
    this.waiting.push(encodeEvent(event));
  }

  /** Hands what was added to the system, so that it survives the end of this process. */
  async write(): Promise<void> {
    if (this.waiting.length === 0) return;
    const bytes = Buffer.from(this.waiting.join(''), 'utf8');
    this.waiting = [];
    try {
      await this.handle.writeFile(bytes);
      this.size += bytes.length;
    } catch (error) {
      // A full disk takes a part of the lines; half a line must not stay.
      await this.handle.truncate(this.size).catch(() => undefined);
      throw error;
    }
  }

  /** `write`, and waits until it survives a power cut. */
  async sync(): Promise<void> {
    await this.write();
    await this.handle.datasync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** Reads the events of a log; a missing log has none. Throws UserError when it cannot be read. */
export async function readEvents(file: string): Promise<RunEvent[]> {
  const missing = await fs.stat(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (missing) return [];
  return decodeEvents((await readLimited(file, LARGEST_LOG)).toString('utf8'));
}

/**
 * Takes a log back to a checkpoint: torn lines, everything after `step` and the end of the earlier sitting are dropped,
 * so that the resumed run's log is that of a run which never stopped. The baseline stays, whenever it was counted; it
 * depends on the text only. Returns what is left.
 * @param step of the checkpoint; undefined when the run begins anew
 */
export async function rewindLog(file: string, step: number | undefined): Promise<RunEvent[]> {
  const kept = (await readEvents(file)).filter(
    (event) => event.event === 'baseline' || (step !== undefined && event.event !== 'finished' && event.step <= step),
  );
  await replaceFile(file, kept.map(encodeEvent).join(''));
  return kept;
}
