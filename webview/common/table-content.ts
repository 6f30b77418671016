/** A table as data: what a chart shows, for those who would rather read than look. */
export interface TableContent {
  caption: string;
  columns: string[];
  /** The first cell of each row heads it. */
  rows: string[][];
}

/** At most `most` of the indexes 0 to `count` - 1, evenly spread, the first and the last among them. */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  if (most < 2) return most === 1 ? [count - 1] : [];
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}
