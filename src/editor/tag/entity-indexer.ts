import { EMPTY_INDEX, indexEntities, type EntityIndex } from './entity-index';
import { inSlices } from './slices';
import type { SpanSource } from './spans';

/** Milliseconds in which changes are gathered. */
const PAUSE = 120;

/** Keeps the index of a document that changes: soon after each change, and never two passes at once. */
export class EntityIndexer {
  /** As of the last pass. */
  index: EntityIndex = EMPTY_INDEX;
  /** There has been a pass. */
  ready = false;
  private timer: NodeJS.Timeout | undefined;
  private passing = false;
  private again = false;
  private disposed = false;

  constructor(
    private readonly source: SpanSource,
    private readonly textAt: (line: number) => string,
    private readonly indexed: () => void,
  ) {}

  /** Something has changed. */
  request(): void {
    if (this.passing) this.again = true;
    else if (!this.disposed) this.timer ??= setTimeout(() => void this.refresh(), PAUSE);
  }

  /** Indexes what is there now. */
  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.passing = true;
    this.again = false;
    const index = await inSlices(indexEntities(this.source, this.textAt), () => !this.disposed);
    this.passing = false;
    if (!index || this.disposed) return;
    this.index = index;
    this.ready = true;
    this.indexed();
    if (this.again) this.request();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }
}
