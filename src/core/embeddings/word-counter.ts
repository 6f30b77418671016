import { UserError } from '../errors';

/** Among ids: a word without a vector, and the end of a line, which no window crosses. */
export const [UNKNOWN, LINE_END] = [-1, -2];
/** Most distinct words that a Map can hold, with room to spare. */
const MOST_WORDS = 2 ** 24 - 1024;
/** Longest run without white space that is waited for. */
const LONGEST = 65_536;
/** V8 keeps a part of a string from this length on as a view of the whole. */
const VIEWED = 13;

/** What counts as a word: letters and digits in lower case, or all between white space as it stands. */
export const WORD_RULES = ['words', 'whitespace'] as const;
export type WordRule = (typeof WORD_RULES)[number];
const PATTERNS: Record<WordRule, RegExp> = {
  words: /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|\n/gu,
  whitespace: /[^\s]+|\n/gu,
};

/** Cuts a text that comes piece by piece into words, with "\n" between lines. */
export class WordCutter {
  private rest = '';

  constructor(private readonly rule: WordRule) {}

  /** The words of the next piece. A word at its end waits for the next one. */
  push(text: string): string[] {
    const all = this.rest + text;
    let border = all.length;
    while (border > 0 && all.length - border < LONGEST && !/\s/.test(all[border - 1])) border--;
    if (all.length - border >= LONGEST) border = all.length;
    this.rest = all.slice(border);
    return this.cut(all.slice(0, border));
  }

  /** The words of what was left. */
  end(): string[] {
    const rest = this.rest;
    this.rest = '';
    return this.cut(rest);
  }

  private cut(text: string): string[] {
    return (this.rule === 'words' ? text.toLowerCase() : text).match(PATTERNS[this.rule]) ?? [];
  }
}

/** Ids of words, LINE_END for "\n". */
export function idsOf(words: readonly string[], idOf: (word: string) => number): Int32Array {
  const ids = new Int32Array(words.length);
  // Int32Array.from takes four times as long.
  for (let i = 0; i < ids.length; i++) ids[i] = words[i] === '\n' ? LINE_END : idOf(words[i]);
  return ids;
}

/** Cuts a text into words and counts them, in one pass; ids are given in the order of first occurrence. */
export class WordCounter {
  private readonly cutter: WordCutter;
  private readonly ids = new Map<string, number>();
  private readonly counts: number[] = [];
  /** Words so far, line ends left out. */
  total = 0;

  constructor(rule: WordRule) {
    this.cutter = new WordCutter(rule);
  }

  /** Ids of the next piece of text, LINE_END between lines. A word at its end waits for the next piece. */
  push(text: string): Int32Array {
    return this.count(this.cutter.push(text));
  }

  /** Ids of what was left. */
  end(): Int32Array {
    return this.count(this.cutter.end());
  }

  /**
   * The words that occur at least `least` times, the most frequent first (of equal ones the earlier), `most` of them at
   * most, and for each id given out so far the word's place in that list or UNKNOWN. Throws UserError when fewer than two
   * are left.
   */
  vocabulary(least: number, most = Infinity): { words: string[]; counts: number[]; places: Int32Array } {
    const { counts } = this;
    const names = [...this.ids.keys()];
    const order = names.map((_, id) => id).filter((id) => counts[id] >= least);
    order.sort((x, y) => counts[y] - counts[x] || x - y);
    if (order.length < 2) {
      throw new UserError(
        `The text has ${names.length.toLocaleString('en-US')} different words, and ${order.length} of them at least ${least} times; two are needed: choose a longer text or a smaller tokens.minCount.`,
      );
    }
    if (order.length > most) order.length = most;
    const places = new Int32Array(names.length).fill(UNKNOWN);
    order.forEach((id, place) => (places[id] = place));
    return { words: order.map((id) => names[id]), counts: order.map((id) => counts[id]), places };
  }

  private count(words: readonly string[]): Int32Array {
    return idsOf(words, (word) => this.idOf(word));
  }

  private idOf(word: string): number {
    let id = this.ids.get(word);
    if (id === undefined) {
      id = this.ids.size;
      if (id >= MOST_WORDS)
        throw new UserError('The text has more than 16 million different words: learn from a part of it.');
      this.ids.set(alone(word), id);
      this.counts.push(0);
    }
    this.counts[id]++;
    this.total++;
    return id;
  }
}

/** A word whose memory is its own: the piece of text that it was cut from can go. */
function alone(word: string): string {
  return word.length < VIEWED ? word : Array.from(word).join('');
}
