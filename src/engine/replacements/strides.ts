/** Most dimensions of a strided operation, as in kernels/arrays.c. */
const DIMENSIONS = 4;

/**
 * The same walk over `sizes` with as few dimensions as its strides allow, filled up to four.
 * @param strides one list for each array that is walked
 * @returns undefined where more than four dimensions are left
 */
export function collapse(sizes: number[], strides: number[][]): { sizes: number[]; strides: number[][] } | undefined {
  const kept: number[] = [];
  const lists = strides.map((): number[] => []);
  sizes.forEach((size, d) => {
    if (size === 1) return;
    const last = kept.length - 1;
    // A dimension joins the one before it where all arrays go on evenly.
    if (last >= 0 && strides.every((own, n) => lists[n][last] === own[d] * size)) {
      kept[last] *= size;
      lists.forEach((list, n) => (list[last] = strides[n][d]));
    } else {
      kept.push(size);
      lists.forEach((list, n) => list.push(strides[n][d]));
    }
  });
  const missing = DIMENSIONS - kept.length;
  if (missing < 0) return undefined;
  // A dimension of one element: its stride only says how a row of one is read.
  const fill = (list: number[], value: number) => [...new Array<number>(missing).fill(value), ...list];
  return { sizes: fill(kept, 1), strides: lists.map((list) => fill(list, list.length === 0 ? 1 : 0)) };
}

/** Steps from one element to the next along each dimension of a dense array. */
export function denseStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

/** The words of a copy of two dimensions but for its addresses. */
export function copyWords(sizes: number[], from: number[], to: number[]): number[] {
  const walk = collapse(sizes, [from, to])!;
  return [...walk.sizes, ...walk.strides.flat()];
}
