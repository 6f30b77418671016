/** Cuts a piece of text into the segments that become tokens (word level) or are cut further (BPE). */
export interface Segmenter {
  readonly unit: 'grapheme' | 'word' | 'bpe';
  /** In their order; together the piece, except where a foreign tokenizer drops white space. */
  split(piece: string): string[];
  /** See `Tokenizer.isBorder`. */
  isBorder(text: string, at: number): boolean;
  /** The same rule in the layout of Hugging Face `tokenizers`. */
  readonly preTokenizer: object;
}

const LINE_ENDS = '\\n\\r\\u000B\\u000C\\u0085\\u2028\\u2029';
const BLANKS = '\\t \\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000';
/** Word_Break=Extend, Format and ZWJ: what belongs to the character before it (rule WB4). */
const EXTEND = '[\\p{M}\\p{Emoji_Modifier}\\u00AD\\u061C\\u200C-\\u200F\\u202A-\\u202E\\u2060-\\u2064\\uFF9E\\uFF9F]*';
/** Scripts without spaces between words, kana, and ideographs: without a dictionary each character stands by itself. */
const NO_LETTER =
  '\\p{Ideographic}\\u0E00-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u1950-\\u19DF\\u1A20-\\u1AAF\\u3031-\\u30FF\\u31F0-\\u31FF\\uA9E0-\\uA9FF\\uAA60-\\uAADF\\uFF66-\\uFF9D';
const LETTER = `(?:(?![${NO_LETTER}\\p{Regional_Indicator}\\p{Emoji_Modifier}\\p{M}\\u24B6-\\u24E9])\\p{Alphabetic}|[\\u24B6-\\u24E9])${EXTEND}`;
const DIGIT = `\\p{Nd}${EXTEND}`;
const KATAKANA = `[\\u3031-\\u3035\\u309B\\u309C\\u30A0-\\u30FA\\u30FC-\\u30FF\\u31F0-\\u31FF\\uFF66-\\uFF9D]${EXTEND}`;
const JOINER = `[\\p{Pc}\\u202F]${EXTEND}`;
/** Marks that join letters ("don't", "a·b"), and digits ("3.14", "1,000"). */
const BETWEEN_LETTERS = `[.'\\u2018\\u2019\\u2024\\uFE52\\uFF07\\uFF0E:\\u00B7\\u0387\\u055F\\u05F4\\u2027\\uFE13\\uFE55\\uFF1A]${EXTEND}`;
const BETWEEN_DIGITS = `[.'\\u2018\\u2019\\u2024\\uFE52\\uFF07\\uFF0E,;\\u037E\\u0589\\u060C\\u060D\\u066C\\u07F8\\u2044\\uFE10\\uFE14\\uFE50\\uFE54\\uFF0C\\uFF1B]${EXTEND}`;
const HEBREW = '[\\u05D0-\\u05EA]';
/** A quotation mark inside a Hebrew word, an apostrophe at its end (rules WB7a to WB7c). */
const HEBREW_QUOTE = `(?<=${HEBREW})"(?=${HEBREW})`;
const LETTERS = `(?:${LETTER})+(?:(?:${BETWEEN_LETTERS}|${HEBREW_QUOTE})(?:${LETTER})+)*(?:(?<=${HEBREW})')?`;
const DIGITS = `(?:${DIGIT})+(?:${BETWEEN_DIGITS}(?:${DIGIT})+)*`;
const PICTURE = `\\p{Extended_Pictographic}${EXTEND}(?:(?<=\\u200D)\\p{Extended_Pictographic}${EXTEND})*`;
const WORD = `(?:${JOINER})*(?:(?:${LETTERS}|${DIGITS})+|(?:${KATAKANA})+)(?:(?:${JOINER})+(?:(?:${LETTERS}|${DIGITS})+|(?:${KATAKANA})+))*(?:${JOINER})*`;
const FLAG = `\\p{Regional_Indicator}${EXTEND}(?:\\p{Regional_Indicator}${EXTEND})?`;

/**
 * Words after Unicode Standard Annex #29 (default rules, no dictionaries, so that every machine gives the same), with
 * two additions for language models: a single space goes with the word behind it, so that text comes back exactly, and
 * every line end is a token. The same pattern works in JavaScript and in Oniguruma, which Hugging Face `tokenizers` uses.
 */
const WORD_PATTERN = `\\r\\n|[${LINE_ENDS}]| ?(?:${WORD}|(?:${JOINER})+|${FLAG}|${PICTURE}|[^${LINE_ENDS}${BLANKS}]${EXTEND})|[${BLANKS}]+(?![^${LINE_ENDS}${BLANKS}])|[${BLANKS}]+`;

/** The pattern of GPT-2 (Radford et al. 2019), which Hugging Face's ByteLevel uses; \s there is Unicode's White_Space. */
const GPT2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

export const words = byPattern('word', new RegExp(WORD_PATTERN, 'gu'), isolated(WORD_PATTERN));

/** Pre-tokens of byte-level BPE. */
export const gpt2Words = byPattern('bpe', GPT2, {
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: true,
});

/** Rules of foreign word-level files: runs of letters and digits, runs of other signs; and all but white space. */
export const foreignWords = [
  byPattern(
    'word',
    /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu,
    {
      type: 'Whitespace',
    },
  ),
  byPattern('word', /\P{White_Space}+/gu, { type: 'WhitespaceSplit' }),
];

const platform = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Prepended_Concatenation_Mark and the like: the only characters that a plain one can join (rule GB9b). */
const PREPEND =
  /[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u0D4E]|[\u{110BD}\u{110CD}\u{111C2}\u{111C3}\u{1193F}\u{11941}\u{11A3A}\u{11A84}-\u{11A89}\u{11D46}\u{11F02}]/u;

/** Extended grapheme clusters (Unicode Standard Annex #29) as the platform's Intl.Segmenter finds them. */
export const graphemes: Segmenter = {
  unit: 'grapheme',
  preTokenizer: isolated('\\X'),
  split(piece) {
    const segments: string[] = [];
    for (let from = 0; from < piece.length;) {
      let to = from + 1;
      if (isPlain(piece, from) && (to === piece.length || (isPlain(piece, to) && piece[from] !== '\r'))) {
        segments.push(piece[from]);
      } else {
        while (to < piece.length && !graphemes.isBorder(piece, to)) to++;
        for (const { segment } of platform.segment(piece.slice(from, to))) segments.push(segment);
      }
      from = to;
    }
    return segments;
  },
  isBorder: (text, at) =>
    isPlain(text, at) &&
    !(text[at] === '\n' && text[at - 1] === '\r') &&
    (isPlain(text, at - 1) || !PREPEND.test(text.slice(Math.max(0, at - 2), at))),
};

/**
 * Characters that do not join the one before them, except LF after CR: Latin, Greek, Cyrillic, kana and ideographs. They
 * are most of all text, and the platform's segmenter is slow: its time grows with the square of the length.
 */
function isPlain(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (
    unit < 0x300 ||
    (unit >= 0x370 && unit <= 0x482) ||
    (unit >= 0x48a && unit <= 0x590) ||
    (unit >= 0x3041 && unit <= 0x3096) ||
    (unit >= 0x30a0 && unit <= 0x30ff) ||
    (unit >= 0x3400 && unit <= 0x9fff)
  );
}

function byPattern(unit: Segmenter['unit'], pattern: RegExp, preTokenizer: object): Segmenter {
  return {
    unit,
    preTokenizer,
    split: (piece) => piece.match(pattern) ?? [],
    // No token has white space after something else, and what is before it does not look further.
    isBorder: (text, at) => isSpace(text.charCodeAt(at)) && !isSpace(text.charCodeAt(at - 1)),
  };
}

function isolated(pattern: string): object {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

/** Unicode's White_Space, all in the basic plane. */
function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0;
  return (
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}
