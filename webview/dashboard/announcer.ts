/** Milliseconds between two sentences of the ordinary kind. */
export const QUIET = 10_000;

/** Decides what a screen reader hears: news at once, the state of things at most every ten seconds, nothing twice. */
export class Announcer {
  private last = '';
  private at = -Infinity;

  /** `speak` writes into a live region; `now` is a clock in milliseconds. */
  constructor(
    private readonly speak: (sentence: string) => void,
    private readonly now: () => number,
  ) {}

  /** Something that a person waits for: an evaluation, the end. */
  news(sentence: string): void {
    if (sentence === '' || sentence === this.last) return;
    this.last = sentence;
    this.at = this.now();
    this.speak(sentence);
  }

  /** How things stand; left out when something was said a short while ago. */
  state(sentence: string): void {
    if (this.now() - this.at >= QUIET) this.news(sentence);
  }
}
