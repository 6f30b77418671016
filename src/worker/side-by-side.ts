import type { DrawnToken } from '../core/generation/choice';

/** Texts that are written side by side, each to be read by itself: what one needs ahead is kept for the others. */
export class SideBySide {
  /** Token t of text b at t · B + b. */
  private readonly ids: number[] = [];

  /**
   * @param steps a token for each text at each `next()`
   * @param count B, the number of texts
   */
  constructor(
    private readonly steps: Generator<DrawnToken[], void>,
    private readonly count: number,
  ) {}

  /** The tokens of one text, from its first. */
  *text(index: number): Generator<{ id: number }, void> {
    for (let at = index; ; at += this.count) {
      if (at >= this.ids.length && !this.advance()) return;
      yield { id: this.ids[at] };
    }
  }

  /** Frees what the texts are written with. */
  close(): void {
    this.steps.return();
  }

  private advance(): boolean {
    const { done, value } = this.steps.next();
    if (done) return false;
    for (const { id } of value) this.ids.push(id);
    return true;
  }
}
