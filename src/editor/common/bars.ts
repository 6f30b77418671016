/** Width of the longest bar, in characters. */
const BAR = 12;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of block characters, padded to the length that the largest value has. Values of 0 or more. */
export function bar(value: number, largest: number): string {
  const eighths = Math.round((value / Math.max(largest, Number.MIN_VALUE)) * BAR * 8);
  return ('█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]).padEnd(BAR);
}
