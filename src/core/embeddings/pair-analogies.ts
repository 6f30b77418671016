import { UserError } from '../errors';
import type { AnalogySection } from './analogy-test';

/**
 * Reads a file of related pairs as BATS has them (Gladkova et al., 2016): a word, a tab, and its right answers with slashes
 * between them. Each pair asks about each other one: a is to its first answer as c is to what; all answers of c are right.
 * Throws UserError.
 * @param name of the section
 */
export function readPairAnalogies(lines: Iterable<string>, name: string, label: string): AnalogySection {
  const pairs: { word: string; answers: string[] }[] = [];
  let line = 0;
  for (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    const parts = text.trim().split(/\s+/);
    const answers = (parts[1] ?? '').split('/').filter((answer) => answer !== '');
    if (parts.length !== 2 || answers.length === 0) {
      throw new UserError(
        `Line ${line} of ${label} is not a word, a tab and its answers: mend it or choose a folder of BATS.`,
      );
    }
    pairs.push({ word: parts[0], answers });
  }
  if (pairs.length < 2) throw new UserError(`${label} has fewer than two pairs: choose a folder of BATS.`);
  const questions = pairs.flatMap((known) =>
    pairs.flatMap((asked): AnalogySection['questions'] => {
      if (asked === known) return [];
      const [first, ...others] = asked.answers;
      return [[known.word, known.answers[0], asked.word, first, ...others]];
    }),
  );
  return { name, questions };
}
