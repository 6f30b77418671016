/** Bits from which on a token is painted in each level: 1 bit is one even guess. */
const LEVELS = [1, 2.5, 4.5, 7, 10];
/** How many levels there are besides "not painted". */
export const SURPRISE_LEVELS = LEVELS.length;

/** Bits of information in a token: −log2 of its probability. */
export function bitsOf(logProbability: number): number {
  return -logProbability / Math.LN2;
}

/** 0 for what was expected, up to 5 for what was hardly thought possible. */
export function surpriseLevel(logProbability: number): number {
  const bits = bitsOf(logProbability);
  return LEVELS.filter((from) => bits >= from).length;
}

/** A token as people can see it: white space and line ends as signs. */
export function visibleToken(token: string): string {
  if (token === '') return '∅';
  return token.replace(/ /g, '␣').replace(/\t/g, '⇥').replace(/\r?\n/g, '⏎');
}
