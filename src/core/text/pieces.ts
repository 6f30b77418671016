/** Characters (UTF-16 units) without a border after which text is cut all the same, so that memory stays bounded. */
export const LONGEST_PIECE = 65_536;

type IsBorder = (text: string, at: number) => boolean;

/**
 * Cuts text that comes in chunks into pieces whose tokens do not depend on one another: at borders, and inside a stretch
 * without a border after every 65,536 units. Where the chunks were cut makes no difference to the tokens.
 */
export class PieceCutter {
  /** The text after the last cut; it has no border. */
  private held = '';

  /** @param isBorder see `Tokenizer.isBorder` */
  constructor(private readonly isBorder: IsBorder) {}

  /** The pieces that are complete. */
  push(chunk: string): string[] {
    const pieces: string[] = [];
    const text = this.held + chunk;
    // What was held back has no border inside, so only places from its end on are looked at.
    let known = Math.max(1, this.held.length);
    let from = 0;
    while (text.length - from > LONGEST_PIECE) {
      const to = this.lastBorder(text, Math.max(known, from + 1), from + LONGEST_PIECE) ?? forced(text, from);
      pieces.push(text.slice(from, to));
      from = to;
    }
    known = Math.max(known, from + 1);
    const to = this.lastBorder(text, known, text.length - 1);
    if (to !== undefined) {
      pieces.push(text.slice(from, to));
      from = to;
    }
    this.held = text.slice(from);
    return pieces;
  }

  /** What is left, possibly empty. */
  end(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }

  /** The last border from `low` to `high`. */
  private lastBorder(text: string, low: number, high: number): number | undefined {
    for (let at = high; at >= low; at--) if (this.isBorder(text, at)) return at;
    return undefined;
  }
}

function forced(text: string, from: number): number {
  const to = from + LONGEST_PIECE;
  return (text.charCodeAt(to) & 0xfc00) === 0xdc00 && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800 ? to - 1 : to;
}
