import { UserError } from '../errors';

/** More texts than this are not made of one pattern. */
const MOST_EXPANSIONS = 1000;

export interface Alternative {
  text: string;
  /** What stands for each pair of braces, in their order. */
  choices: string[];
}

/**
 * The texts that a pattern stands for: "pe{ar|ir}" is "pear" and "peir", and several braces are combined in all ways,
 * the last ones changing fastest. A backslash makes the character behind it an ordinary one. Throws UserError when
 * there are no braces, one is not closed, braces stand inside braces, or there are more than 1,000 texts.
 */
export function expandAlternatives(pattern: string): Alternative[] {
  const parts = parse(pattern);
  const groups = parts.filter((part): part is string[] => typeof part !== 'string');
  if (groups.length === 0) {
    throw new UserError('There is nothing to choose from: write the alternatives in braces, as in pe{ar|ir}.');
  }
  const count = groups.reduce((product, { length }) => product * length, 1);
  if (count > MOST_EXPANSIONS) {
    throw new UserError(
      `The braces stand for ${count.toLocaleString('en-US')} texts and at most ${MOST_EXPANSIONS.toLocaleString('en-US')} are ranked: use fewer alternatives.`,
    );
  }
  let texts: Alternative[] = [{ text: '', choices: [] }];
  for (const part of parts) {
    texts =
      typeof part === 'string'
        ? texts.map(({ text, choices }) => ({ text: text + part, choices }))
        : texts.flatMap(({ text, choices }) =>
            part.map((choice) => ({ text: text + choice, choices: [...choices, choice] })),
          );
  }
  return texts;
}

/** The pattern in pieces: text as it stands, and lists of alternatives. */
function parse(pattern: string): (string | string[])[] {
  const parts: (string | string[])[] = [];
  let text = '';
  let group: string[] | undefined;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\' && i + 1 < pattern.length) {
      text += pattern[++i];
    } else if (character === '{') {
      if (group) throw new UserError('Braces inside braces cannot be ranked: write out the alternatives.');
      parts.push(text);
      [text, group] = ['', []];
    } else if (character === '|' && group) {
      group.push(text);
      text = '';
    } else if (character === '}' && group) {
      parts.push([...group, text]);
      [text, group] = ['', undefined];
    } else {
      text += character;
    }
  }
  if (group) throw new UserError('A brace is not closed: write the alternatives as in pe{ar|ir}.');
  parts.push(text);
  return parts;
}
