import path from 'node:path';
import { prepareBackend, type PreparedBackend } from '../engine/select';
import type { Recipe } from '../core/recipe/schema';
import { COMMAND, CONTROL, type WorkerSetup } from '../protocol/worker';

/** Sampling runs one token at a time; more threads only wait for each other. */
const PREDICT_THREADS = 2;

export type BackendWish = Pick<Recipe, 'backend' | 'threads'>;

/** The backend of this thread: prepared when first needed, kept while jobs wish the same. */
export class Backends {
  private current: Promise<PreparedBackend> | undefined;
  private key = '';
  /** Called before a backend goes, since its tensors go with it. */
  onClose: () => void = () => undefined;

  /**
   * @param setup what the thread was started with; a recipe that names a backend or a number of threads wins
   * @param threadScript path of the bundled kernel thread, native kernels in a folder beside it; without it one thread
   * computes
   */
  constructor(
    private readonly setup: Pick<WorkerSetup, 'role' | 'threads' | 'backend' | 'moduleFolders'> &
      Partial<Pick<WorkerSetup, 'control'>>,
    private readonly threadScript: string | undefined,
  ) {}

  /** Where native kernels are, if any were built. */
  get nativeFolder(): string | undefined {
    return this.threadScript && path.join(path.dirname(this.threadScript), 'native');
  }

  /** Makes the wished backend TF.js's current one. Throws UserError when it cannot be had. */
  async prepare(wish: BackendWish): Promise<PreparedBackend> {
    const choice = wish.backend === 'auto' ? this.setup.backend : wish.backend;
    const threads = this.threadsFor(wish.threads || this.setup.threads);
    const { role, control } = this.setup;
    const key = `${choice} ${threads}`;
    if (this.current && this.key === key) return this.current;
    await this.close();
    this.key = key;
    this.current = prepareBackend({
      choice,
      threads,
      threadScript: this.threadScript,
      nativeFolder: this.nativeFolder,
      tensorflowFolders: this.setup.moduleFolders,
      // Only training jobs are stopped through the cell; what a predictor does takes milliseconds a call.
      stop: role === 'train' && control ? { buffer: control, cell: CONTROL.command, value: COMMAND.stop } : undefined,
    });
    this.current.catch(() => (this.current = undefined));
    return this.current;
  }

  /**
   * Runs a job's work, in which Stop ends even a kernel that takes seconds: it then throws Cancelled. Outside of it, a
   * Stop that was meant for an earlier job disturbs nothing.
   */
  async heedingStop<T>(work: () => Promise<T>): Promise<T> {
    const current = await this.current;
    current?.heedStop(true);
    try {
      return await work();
    } finally {
      current?.heedStop(false);
    }
  }

  async close(): Promise<void> {
    const current = this.current;
    this.current = undefined;
    if (!current) return;
    this.onClose();
    await (await current).close();
  }

  private threadsFor(wanted: number): number {
    if (this.setup.role === 'train') return wanted;
    return wanted === 0 ? PREDICT_THREADS : Math.min(PREDICT_THREADS, wanted);
  }
}
