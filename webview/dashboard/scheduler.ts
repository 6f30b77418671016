/** Milliseconds between two drawings that new data causes: at most ten a second. */
const EVERY = 100;

/** Collects what has to be drawn and draws it in an animation frame; nothing while the page is hidden. */
export class Scheduler<Part extends string> {
  private readonly due = new Set<Part>();
  private waiting = false;
  private drawnAt = -Infinity;
  private urgent = false;

  constructor(private readonly draw: (parts: ReadonlySet<Part>) => void) {
    document.addEventListener('visibilitychange', () => this.plan());
  }

  /** `now` skips the pace: a person did something and waits for its effect. */
  request(parts: Iterable<Part>, now = false): void {
    for (const part of parts) this.due.add(part);
    this.urgent ||= now;
    this.plan();
  }

  private plan(): void {
    if (this.due.size === 0 || document.hidden) return;
    const wait = this.urgent ? 0 : EVERY - (performance.now() - this.drawnAt);
    if (this.waiting && !this.urgent) return;
    this.waiting = true;
    if (wait <= 0) requestAnimationFrame(() => this.flush());
    else setTimeout(() => requestAnimationFrame(() => this.flush()), wait);
  }

  private flush(): void {
    this.waiting = false;
    this.urgent = false;
    if (this.due.size === 0) return;
    const parts = new Set(this.due);
    this.due.clear();
    this.drawnAt = performance.now();
    this.draw(parts);
  }
}
