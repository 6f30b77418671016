/** Lines up to this length are asked as they stand; of longer ones each sentence is asked by itself. */
const WHOLE = 500;
/** A longer sentence is cut at a space. */
const LONGEST = 1500;
/** Of a longer line only the beginning is tagged; VS Code itself paints 10,000 characters of a line. */
const MOST = 100_000;

/** A part of a line that is tagged by itself. */
export interface Piece {
  text: string;
  /** Where it begins in the line, in UTF-16 code units. */
  start: number;
}

/**
 * Sentence-closing signs with closing quotes or brackets and the space behind them, or the signs of scripts without
 * spaces.
 */
const SENTENCE_END = /[.!?…؟۔]+["'”’»)\]]*\s+|[。！？]+[」』”）]*/gu;
/** "Mr.", "J.", "Dr.": short words with a capital do not close a sentence. */
const ABBREVIATION = /(?:^|[\s("'“‘«])\p{Lu}\p{L}{0,2}\.$/u;

/**
 * Cuts a line where sentences end, so that a change asks for its own sentence again and not for the whole paragraph. Where
 * a piece is cut depends only on the text around the cut. Nothing but white space is left out.
 */
export function piecesOf(line: string): Piece[] {
  const text = line.length > MOST ? line.slice(0, beforeSurrogate(line, MOST)) : line;
  if (text.length <= WHOLE) return text.trim() === '' ? [] : [{ text, start: 0 }];
  const pieces: Piece[] = [];
  let start = 0;
  const add = (end: number) => {
    pieces.push(...cut(text.slice(start, end), start));
    start = end;
  };
  for (const { index, 0: end } of text.matchAll(SENTENCE_END)) {
    if (!ABBREVIATION.test(text.slice(Math.max(start, index - 5), index + 1))) add(index + end.length);
  }
  add(text.length);
  return pieces.filter((piece) => piece.text.trim() !== '');
}

/** Cuts a sentence of any length into parts that are short enough, at spaces where there are some. */
function cut(text: string, start: number): Piece[] {
  const parts: Piece[] = [];
  for (let from = 0; from < text.length;) {
    const rest = text.length - from;
    let end = text.length;
    if (rest > LONGEST) {
      const space = text.lastIndexOf(' ', from + LONGEST);
      end = space > from ? space + 1 : beforeSurrogate(text, from + LONGEST);
    }
    parts.push({ text: text.slice(from, end), start: start + from });
    from = end;
  }
  return parts;
}

/** `at`, or one less where that would cut a character of two code units. */
function beforeSurrogate(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at;
}
