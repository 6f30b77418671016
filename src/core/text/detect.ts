import { countCodePoints } from './split';

/** What a file seems to be. */
export interface FormatGuess {
  format: 'text';
  /** Recipe that fits, by name. */
  recipe: string;
  /** One sentence for people. */
  reason: string;
}

/** One format that can be told from a sample of the file. */
interface Detector {
  format: FormatGuess['format'];
  /** Name of the built-in recipe that fits. */
  recipe: string;
  /** What speaks for this format, as the end of a sentence; undefined when the sample does not have it. */
  look(sample: string): string | undefined;
}

/** Tried from the top; the last takes every text. A new format is one more row above it. */
const detectors: Detector[] = [{ format: 'text', recipe: 'character-lstm', look: lookForText }];

/**
 * Says how a file is best read, from its text or the beginning of it. `label` is what a person calls the file. The
 * reason is one sentence with the figures that decided.
 */
export function detectFormat(sample: string, label: string): FormatGuess {
  for (const { format, recipe, look } of detectors) {
    const evidence = look(sample);
    if (evidence !== undefined) return { format, recipe, reason: `${label} is ${evidence}.` };
  }
  throw new Error('The last detector takes every text.');
}

function lookForText(sample: string): string {
  const characters = countCodePoints(sample).toLocaleString('en-US');
  const distinct = new Set(sample).size.toLocaleString('en-US');
  return `plain text (${distinct} different characters in ${characters}), a language model fits`;
}
