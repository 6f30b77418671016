const OUTSIDE = '\n';

/**
 * Features of each word of a sentence, as taggers with hand-made features use them (Ratnaparkhi, 1996; Lafferty et al.,
 * 2001): the word, its ends, its shape and its neighbours.
 */
export function featuresOf(words: readonly string[]): string[][] {
  const lower = words.map((word) => word.toLowerCase());
  const shapes = words.map(shapeOf);
  const at = (list: string[], i: number): string => list[i] ?? OUTSIDE;
  return words.map((word, i) => {
    const own = lower[i];
    const features = [
      'bias',
      `w=${word}`,
      `l=${own}`,
      `s=${shapes[i]}`,
      `s2=${at(shapes, i - 1)} ${shapes[i]}`,
      `s3=${shapes[i]} ${at(shapes, i + 1)}`,
      `l-1=${at(lower, i - 1)}`,
      `l-2=${at(lower, i - 2)}`,
      `l+1=${at(lower, i + 1)}`,
      `l+2=${at(lower, i + 2)}`,
      `l-10=${at(lower, i - 1)} ${own}`,
      `l01=${own} ${at(lower, i + 1)}`,
      `e-1=${at(lower, i - 1).slice(-3)}`,
      `e+1=${at(lower, i + 1).slice(-3)}`,
    ];
    for (let length = 1; length <= Math.min(4, own.length); length++) {
      features.push(`p${length}=${own.slice(0, length)}`, `e${length}=${own.slice(-length)}`);
    }
    if (word.includes('-')) features.push('hyphen');
    if (i === 0) features.push(`first ${shapes[i]}`);
    return features;
  });
}

/** Kinds of characters, each run as one: "Xx" for Word, "Xx0" for Word22, "." for a mark. */
function shapeOf(word: string): string {
  return word
    .slice(0, 60)
    .replace(/\p{Lu}+/gu, 'X')
    .replace(/[\p{Ll}\p{Lo}\p{Lm}]+/gu, 'x')
    .replace(/\p{N}+/gu, '0')
    .replace(/(.)\1+/gsu, '$1');
}
