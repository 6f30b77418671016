import type { DrawnToken } from '../core/generation/choice';

/** Texts that are written side by side, each to be read by itself: what one needs ahead is kept for the others. */
export class SideBySide {
  /** The tokens of all texts at each step. */
  private readonly written: DrawnToken[][] = [];

  /**
   * @param steps a token for each text at each `next()`
   * @param count texts
   */
  constructor(
    private readonly steps: Generator<DrawnToken[], void>,
    private readonly count: number,
  ) {}

  /** The tokens of one text, from its first. */
  *text(index: number): Generator<DrawnToken, void> {
    for (let step = 0; step < this.written.length || this.advance(); step++) {
      const token = this.written[step][index];
      // Nobody asks for what the last text has read; one long text alone then takes no memory.
      if (index === this.count - 1) this.written[step] = [];
      yield token;
    }
  }

  /** Frees what the texts are written with. */
  close(): void {
    this.steps.return();
  }

  private advance(): boolean {
    const { done, value } = this.steps.next();
    if (done) return false;
    this.written.push(value);
    return true;
  }
}
