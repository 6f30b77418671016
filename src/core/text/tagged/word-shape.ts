/** How many shapes there are. */
export const SHAPES = 8;

/**
 * What a token looks like, after Collobert et al. (2011, "caps"), who give a network that reads words in lower case their
 * capitals back: 0 signs alone, 1 numbers, 2 small letters, 3 a capital first, 4 capitals alone, 5 capitals elsewhere,
 * 6 letters with digits, 7 addresses: @name, #topic, https://…
 */
export function wordShape(token: string): number {
  if (/^[@#]\p{L}|:\/\//u.test(token)) return 7;
  const digits = /\p{Nd}/u.test(token);
  if (!/\p{L}/u.test(token)) return digits ? 1 : 0;
  if (digits) return 6;
  if (!/\p{Lu}/u.test(token)) return 2;
  const letters = token.replace(/\P{L}/gu, '');
  if (/^\p{Lu}\P{Lu}*$/u.test(letters)) return 3;
  return /^\p{Lu}+$/u.test(letters) ? 4 : 5;
}
