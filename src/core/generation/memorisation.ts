/** The longest piece that a text has in common with another one. */
export interface CopiedSpan {
  /** The piece. */
  text: string;
  /** Its length in characters (code points). */
  length: number;
  /** Where it begins in the sample, in characters from 0. */
  sampleOffset: number;
  /** Where it stands in the source for the first time: characters from 0, and the line from 1. */
  sourceOffset: number;
  sourceLine: number;
}

const NEWLINE = 10;

/**
 * Finds the longest span of a sample that a source holds word for word: a suffix automaton of the sample (Blumer et al.,
 * 1985) that the source runs through once. Time grows with the length of both, memory with the sample's only, so a
 * source of any size can be pushed through in chunks.
 */
export class CopyFinder {
  private readonly sample: number[];
  private readonly automaton: SuffixAutomaton;
  private state = 0;
  private matched = 0;
  private position = 0;
  private line = 1;
  private best = { length: 0, end: 0, sourceEnd: 0, endLine: 1 };
  private held = '';

  constructor(sample: string) {
    this.sample = Array.from(sample, (character) => character.codePointAt(0) as number);
    this.automaton = new SuffixAutomaton(this.sample);
  }

  /** Reads the next piece of the source; a surrogate pair may be cut between two. */
  push(chunk: string): void {
    const text = this.held + chunk;
    const last = text.charCodeAt(text.length - 1);
    const cut = last >= 0xd800 && last <= 0xdbff;
    this.held = cut ? text.slice(-1) : '';
    const end = cut ? text.length - 1 : text.length;
    for (let i = 0; i < end; i++) {
      const point = text.codePointAt(i) as number;
      if (point > 0xffff) i++;
      this.step(point);
    }
  }

  /** The longest span so far, the first in the source of equals; undefined when not a character is shared. */
  get longest(): CopiedSpan | undefined {
    const { length, end, sourceEnd, endLine } = this.best;
    if (length === 0) return undefined;
    const span = this.sample.slice(end - length, end);
    const lineEnds = span.slice(0, -1).filter((point) => point === NEWLINE).length;
    return {
      text: span.map((point) => String.fromCodePoint(point)).join(''),
      length,
      sampleOffset: end - length,
      sourceOffset: sourceEnd - length,
      sourceLine: endLine - lineEnds,
    };
  }

  private step(point: number): void {
    const { automaton } = this;
    while (this.state > 0 && !automaton.next[this.state].has(point)) {
      this.state = automaton.link[this.state];
      this.matched = automaton.length[this.state];
    }
    const next = automaton.next[this.state].get(point);
    if (next !== undefined) {
      this.state = next;
      this.matched++;
    }
    this.position++;
    if (this.matched > this.best.length) {
      const end = automaton.firstEnd[this.state];
      this.best = { length: this.matched, end, sourceEnd: this.position, endLine: this.line };
    }
    if (point === NEWLINE) this.line++;
  }
}

/** All substrings of a sequence, by state: at most twice as many states as symbols. */
class SuffixAutomaton {
  readonly next: Map<number, number>[] = [new Map()];
  readonly link: number[] = [-1];
  /** Length of the longest substring of a state. */
  readonly length: number[] = [0];
  /** One past the place where the state's substrings end for the first time. */
  readonly firstEnd: number[] = [0];

  constructor(symbols: number[]) {
    let last = 0;
    symbols.forEach((symbol, index) => (last = this.extend(last, symbol, index + 1)));
  }

  private extend(last: number, symbol: number, end: number): number {
    const current = this.add(new Map(), this.length[last] + 1, end);
    let p = last;
    for (; p >= 0 && !this.next[p].has(symbol); p = this.link[p]) this.next[p].set(symbol, current);
    if (p < 0) {
      this.link[current] = 0;
      return current;
    }
    const q = this.next[p].get(symbol) as number;
    if (this.length[q] === this.length[p] + 1) {
      this.link[current] = q;
      return current;
    }
    const clone = this.add(new Map(this.next[q]), this.length[p] + 1, this.firstEnd[q]);
    this.link[clone] = this.link[q];
    for (; p >= 0 && this.next[p].get(symbol) === q; p = this.link[p]) this.next[p].set(symbol, clone);
    this.link[q] = clone;
    this.link[current] = clone;
    return current;
  }

  private add(next: Map<number, number>, length: number, end: number): number {
    this.next.push(next);
    this.length.push(length);
    this.firstEnd.push(end);
    return this.link.push(-1) - 1;
  }
}
