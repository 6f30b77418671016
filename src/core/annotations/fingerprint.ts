/** Lines that changed: what was there is replaced by what is there now. */
export interface LineChange {
  startLine: number;
  /** The last line of what was replaced. */
  endLine: number;
  /** Line ends in what was written. */
  written: number;
}

/** Says by two sums over neighbouring lines which text it is, at the cost of the lines that change. */
export class Fingerprint {
  private hashes: number[];
  private first = 0;
  private second = 0;

  constructor(lines: Iterable<string>) {
    this.hashes = [];
    for (const line of lines) this.hashes.push(hashOf(line));
    this.count(0, this.hashes.length, 1);
  }

  /** The same for the same lines in the same order, and hardly ever for others. */
  get value(): string {
    return `${this.hashes.length} ${this.first} ${this.second}`;
  }

  /**
   * Follows changes, each in the coordinates that those before it left.
   *
   * @param lineAt a line of the text after all of them
   */
  follow(changes: readonly LineChange[], lineAt: (line: number) => string): void {
    let count = this.hashes.length;
    let above = count;
    let below = count;
    for (const { startLine, endLine, written } of changes) {
      above = Math.min(above, startLine);
      below = Math.min(below, count - 1 - endLine);
      count += written - (endLine - startLine);
    }
    this.count(above, this.hashes.length - below, -1);
    const fresh = Array.from({ length: Math.max(0, count - above - below) }, (_, k) => hashOf(lineAt(above + k)));
    this.hashes = [...this.hashes.slice(0, above), ...fresh, ...this.hashes.slice(this.hashes.length - below)];
    this.count(above, this.hashes.length - below, 1);
  }

  /** Adds or takes away lines, each with the line before it, and the one behind them. */
  private count(from: number, to: number, times: 1 | -1): void {
    for (let line = from; line <= Math.min(to, this.hashes.length - 1); line++) {
      const before = line > 0 ? this.hashes[line - 1] : 0;
      const pair = Math.imul(before ^ (before >>> 13), 0x9e3779b1) ^ this.hashes[line];
      this.first = (this.first + times * pair) | 0;
      this.second = (this.second + times * Math.imul(pair ^ (pair >>> 15), 0x85ebca6b)) | 0;
    }
  }
}

/** FNV-1a over code units. */
function hashOf(line: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 0x01000193);
  return hash | 0;
}
