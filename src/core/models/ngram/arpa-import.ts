import { UserError } from '../../errors';
import { CharacterTokenizer } from '../../text/character-tokenizer';
import { foreignWords, graphemes, words, type Segmenter } from '../../text/segmenters';
import { rulesOf } from '../../text/text-rules';
import type { Tokenizer } from '../../text/tokenizer';
import { SPECIAL_TOKENS, specialOf, Vocabulary } from '../../text/vocabulary';
import { WordLevelTokenizer } from '../../text/word-level-tokenizer';
import { arpaNames } from './arpa-names';
import { fromArpa } from './arpa-read';
import { readArpaToken, writeArpaToken } from './arpa-token';
import type { NgramLanguageModel } from './model';

/** What ARPA files call the tokens that a tokenizer has names of its own for. */
const MARKERS = { begin: '<s>', end: '</s>', unknown: '<unk>' } as const;
/** At or below this logarithm a probability means "never". */
const NEVER = -90;
/** Probability of <unk> where a file has none, so that a text with an unknown word has a finite score. */
const LEAST = 1e-37;

export interface ImportedArpa {
  model: NgramLanguageModel;
  tokenizer: Tokenizer;
  /** Whether it is a model of sentences between <s> and </s>, and not of running text. */
  isSentences: boolean;
}

/**
 * The model of an ARPA file with a tokenizer for its tokens: the one that is given, else one that is made from the file's
 * single tokens. Those of one character each are read character by character; those with U+2581 (a space, as our files
 * have it) as our words; others as words between white space. Throws UserError that names the line.
 *
 * @param lines of the file, anew at each call
 * @param where names the file in errors
 */
export function importArpa(lines: () => Iterable<string>, where: string, given?: Tokenizer): ImportedArpa {
  const listed = given ? undefined : listTokens(lines(), where);
  const tokenizer = given ?? tokenizerOf(listed as Listed);
  const { model } = fromArpa(lines(), where, namesOf(tokenizer));
  const single = model.levels[0].probability;
  const { pad, begin, unknown } = tokenizer.special;
  // Never predicted; KenLM writes a probability of one for <s>.
  if (begin !== undefined) single[begin] = 0;
  if (pad !== undefined && !listed?.tokens.includes(tokenizer.token(pad))) single[pad] = 0;
  if (unknown !== undefined && single[unknown] === 0) single[unknown] = LEAST;
  return { model, tokenizer, isSentences: model.description.begin !== undefined };
}

interface Listed {
  /** As they stand in the file, without the markers. */
  tokens: string[];
  isSentences: boolean;
}

/** The single tokens of a file; what is wrong with the rest is found when it is read. */
function listTokens(lines: Iterable<string>, where: string): Listed {
  const logarithms = new Map<string, number>();
  for (const text of unigramLines(lines)) {
    const [logarithm, token = ''] = text.split(/[ \t]+/);
    if (logarithms.has(token)) {
      throw new UserError(`${where} lists ${JSON.stringify(token.slice(0, 40))} twice: make the file anew.`);
    }
    logarithms.set(token, Number(logarithm));
  }
  if (logarithms.size === 0) {
    throw new UserError(`${where} is no ARPA file, since it has no 1-grams: choose another one.`);
  }
  const markers: string[] = Object.values(MARKERS);
  return {
    tokens: [...logarithms.keys()].filter((token) => !markers.includes(token)),
    isSentences: logarithms.has(MARKERS.begin) && (logarithms.get(MARKERS.end) ?? NEVER) > NEVER,
  };
}

function* unigramLines(lines: Iterable<string>): Generator<string> {
  let inside = false;
  for (const line of lines) {
    const text = line.trim();
    if (text === '\\1-grams:') inside = true;
    else if (inside && text.startsWith('\\') && /^\\(\d+-grams:|end\\)$/.test(text)) return;
    else if (inside && text !== '') yield text;
  }
}

/** A tokenizer whose vocabulary begins with the special tokens that texts of this kind have. */
function tokenizerOf({ tokens, isSentences }: Listed): Tokenizer {
  const special = SPECIAL_TOKENS[isSentences ? 'examples' : 'stream'];
  const plain = tokens.map(readArpaToken).filter((token) => !special.includes(token));
  const all = [...special, ...plain];
  const hasSpace = plain.some((token) => token.includes(' '));
  if (plain.every(isCharacter) && (hasSpace || !isSentences)) return new CharacterTokenizer(all, specialOf(all));
  const [, whiteSpace] = foreignWords;
  const vocabulary = new Vocabulary(all, specialOf(all));
  const make = (segmenter: Segmenter, prefix: 'never' | 'always', joiner: '' | ' '): Tokenizer =>
    new WordLevelTokenizer(vocabulary, segmenter, rulesOf(false, prefix), joiner);
  // Words of ours carry the space before them, so the first one of an example gets one too.
  if (hasSpace && plain.some((token) => /^ ./u.test(token))) return make(words, isSentences ? 'always' : 'never', '');
  if (hasSpace && plain.every((token) => graphemes.split(token).length === 1)) return make(graphemes, 'never', '');
  return make(whiteSpace, 'never', ' ');
}

function isCharacter(token: string): boolean {
  return token === String.fromCodePoint(token.codePointAt(0) ?? 0);
}

/** The id of each token as an ARPA file writes it. */
function namesOf(tokenizer: Tokenizer): Map<string, number> {
  const { begin, end, unknown } = tokenizer.special;
  const nameOf = arpaNames(tokenizer);
  const names = new Map<string, number>();
  for (let id = 0; id < tokenizer.size; id++) names.set(writeArpaToken(nameOf(id)), id);
  for (const [id, name] of [
    [begin, MARKERS.begin],
    [end, MARKERS.end],
    [unknown, MARKERS.unknown],
  ] as const) {
    if (id === undefined) continue;
    names.delete(writeArpaToken(nameOf(id)));
    names.set(name, id);
  }
  return names;
}
