import { EMPTY_INDEX, indexEntities, rulerLines, type EntityIndex } from './entity-index';
import { inSlices } from '../common/slices';
import type { SpanSource } from './spans';

/** Milliseconds in which changes are gathered, at least. */
const PAUSE = 120;
/** A pass may take this part of the time: each leaves as much garbage as the text has entities. */
const SHARE = 1 / 10;
/** Milliseconds in which changes are gathered, at most. */
const LONGEST_PAUSE = 3000;

/** Keeps the index of a document that changes: soon after each change, and never two passes at once. */
export class EntityIndexer {
  /** As of the last pass. */
  index: EntityIndex = EMPTY_INDEX;
  /** Lines that the overview ruler marks, by label. */
  marks: Map<string, number[]> = new Map();
  /** There has been a pass. */
  ready = false;
  private timer: NodeJS.Timeout | undefined;
  private passing = false;
  private again = false;
  private disposed = false;
  /** Milliseconds that the last pass took. */
  private cost = 0;

  constructor(
    private readonly source: SpanSource,
    private readonly textAt: (line: number) => string,
    private readonly indexed: () => void,
  ) {}

  /** Something has changed. */
  request(): void {
    if (this.passing) this.again = true;
    else if (!this.disposed)
      this.timer ??= setTimeout(() => void this.refresh(), Math.min(LONGEST_PAUSE, Math.max(PAUSE, this.cost / SHARE)));
  }

  /** Indexes what is there now. */
  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.passing = true;
    this.again = false;
    const begun = performance.now();
    const found = await inSlices(this.pass(), () => !this.disposed);
    this.passing = false;
    this.cost = performance.now() - begun;
    if (!found || this.disposed) return;
    [this.index, this.marks] = found;
    this.ready = true;
    this.indexed();
    if (this.again) this.request();
  }

  private *pass(): Generator<void, [EntityIndex, Map<string, number[]>]> {
    const index = yield* indexEntities(this.source, this.textAt);
    return [index, yield* rulerLines(index, this.source.lineCount)];
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }
}
