/** Tokens that are held back of `total`: the share, rounded down. `share` is 0 to 0.5. */
export function heldOutCount(total: number, share: number): number {
  return Math.floor(total * share);
}

/**
 * Splits a stream of tokens into a training part and a held-out part: contiguous, the held-out part from the end, as
 * is usual for language models. The two parts are views, not copies.
 */
export function splitHeldOut(ids: Int32Array, share: number): { train: Int32Array; validation: Int32Array } {
  const border = ids.length - heldOutCount(ids.length, share);
  return { train: ids.subarray(0, border), validation: ids.subarray(border) };
}

/** The same border as `splitHeldOut`, found in text before it has tokens; one code point is one token. */
export function splitHeldOutText(text: string, share: number): { train: string; validation: string } {
  let left = heldOutCount(countCodePoints(text), share);
  let border = text.length;
  for (; left > 0; left--) border -= border > 1 && isPair(text, border - 2) ? 2 : 1;
  return { train: text.slice(0, border), validation: text.slice(border) };
}

/** Number of code points; a lone surrogate counts as one. */
export function countCodePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if (isPair(text, i)) {
      count--;
      i++;
    }
  }
  return count;
}

function isPair(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}
