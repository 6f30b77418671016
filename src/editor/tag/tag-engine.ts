import { Cancelled } from '../../core/errors';
import type { TaggedText } from '../../protocol/worker';
import { AnswerCache } from './answer-cache';
import { piecesOf, type Piece } from './pieces';
import { NO_TAGS, type Line, type LineTags, type TaggedLines } from './tagged-lines';

/** Lines from `from` up to `to`, the last one not included. */
export interface LineRange {
  from: number;
  to: number;
}

export interface TagHost {
  /** The present text of a line. */
  textAt(line: number): string;
  /** What people see now; tagged first. */
  visible(): LineRange[];
  /** Tags each text by itself. Throws Cancelled when the signal is aborted. */
  ask(texts: string[], signal: AbortSignal): Promise<TaggedText[]>;
  /** Some lines have new tags. */
  changed(): void;
}

/** Texts and characters in one question, at most. */
const MOST_TEXTS = 200;
const MOST_CHARACTERS = 20_000;
const FEWEST_CHARACTERS = 600;
/** Milliseconds that a question should take, so that what is typed meanwhile does not wait long behind it. */
const PATIENCE = 25;
/** Milliseconds and lines of looking for work before others have their turn. */
const TURN = 4;
const LOOKED_AT = 2000;

/** A line whose tags are being asked for, with its parts. */
interface Wanted {
  line: Line;
  pieces: Piece[];
}

/**
 * Keeps the tags of a document up to date: asks for the visible lines first, then for all others, a question at a time.
 * A change is asked for at once; while a question is out, further changes gather and go together with the next one, so
 * that fast typing never queues. The questions grow and shrink with the tagger's speed.
 */
export class TagEngine {
  private readonly cache = new AnswerCache();
  private readonly controller = new AbortController();
  /** Lines before it were looked at since the last round. */
  private sweep = 0;
  private characters = FEWEST_CHARACTERS * 4;
  private work: Promise<void> = Promise.resolve();
  private working = false;
  private onlyVisible = false;

  constructor(
    private readonly lines: TaggedLines,
    private readonly host: TagHost,
  ) {}

  /** Whether it asks or looks for work now. */
  get busy(): boolean {
    return this.working;
  }

  /**
   * Tags what is pending; the answer comes when nothing is left, or when it was stopped. Throws what the tagger throws; the
   * caller then stops the engine for good.
   */
  run(): Promise<void> {
    if (!this.working) this.work = this.loop();
    return this.work;
  }

  /** From now on only what is visible is tagged, so that a long pass through a file ends. */
  restrictToVisible(): void {
    this.onlyVisible = true;
  }

  /** Ends the work; the engine is of no use afterwards. */
  stop(): void {
    this.controller.abort();
  }

  private async loop(): Promise<void> {
    const { signal } = this.controller;
    this.working = true;
    try {
      while (!signal.aborted) {
        const { wanted, texts, settled } = this.collect();
        if (settled) this.host.changed();
        if (texts.length > 0) {
          if (!(await this.question(texts, signal))) return;
          for (const { line, pieces } of wanted) this.settle(line, pieces);
          this.host.changed();
        } else if (this.isDone()) return;
        else await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } finally {
      // At once and not when the promise is settled: VS Code tells several changes in one turn.
      this.working = false;
    }
  }

  /** Asks and remembers; says whether there was an answer. */
  private async question(texts: string[], signal: AbortSignal): Promise<boolean> {
    const begun = performance.now();
    try {
      const answers = await this.host.ask(texts, signal);
      if (signal.aborted) return false;
      texts.forEach((text, k) => this.cache.set(text, answers[k]));
    } catch (error) {
      if (error instanceof Cancelled || signal.aborted) return false;
      throw error;
    }
    const asked = texts.reduce((sum, { length }) => sum + length, 0);
    const fitting = (asked / Math.max(1, performance.now() - begun)) * PATIENCE;
    this.characters = Math.min(MOST_CHARACTERS, Math.max(FEWEST_CHARACTERS, fitting, this.characters / 2));
    return true;
  }

  /** The next question, and whether lines got their tags without one. Ends after some milliseconds, maybe with nothing. */
  private collect(): { wanted: Wanted[]; texts: string[]; settled: boolean } {
    const until = performance.now() + TURN;
    const wanted: Wanted[] = [];
    const texts = new Set<string>();
    const before = this.lines.pending;
    let room = this.characters;
    /** Takes a line in; false when the question is full. */
    const take = (index: number): boolean => {
      const line = this.lines.at(index);
      if (!line?.pending) return true;
      const pieces = piecesOf(this.host.textAt(index));
      if (this.settle(line, pieces)) return true;
      for (const { text } of pieces) {
        if (this.cache.get(text) || texts.has(text)) continue;
        if (texts.size > 0 && (text.length > room || texts.size >= MOST_TEXTS)) return false;
        texts.add(text);
        room -= text.length;
      }
      wanted.push({ line, pieces });
      return true;
    };
    const visible = this.host.visible();
    const isFull = visible.some(({ from, to }) => !takeAll(from, Math.min(to, this.lines.count), take));
    // What is seen goes alone: its answer must not wait for the rest.
    if (!isFull && texts.size === 0 && !this.onlyVisible) {
      for (let looked = 0; looked < LOOKED_AT && this.lines.pending > 0; looked++) {
        if (this.sweep >= this.lines.count) this.sweep = 0;
        if (!take(this.sweep)) break;
        this.sweep++;
        if (looked % 16 === 15 && performance.now() > until) break;
        // Only wanted lines are pending: the round is complete.
        if (wanted.length > 0 && wanted.length === this.lines.pending) break;
      }
    }
    return { wanted, texts: [...texts], settled: this.lines.pending < before };
  }

  /** Gives a line its tags when those of all its pieces are known. */
  private settle(line: Line, pieces: readonly Piece[]): boolean {
    const known = pieces.map(({ text }) => this.cache.get(text));
    if (!known.every((tags) => tags !== undefined)) return false;
    this.lines.settle(line, assembled(known, pieces));
    return true;
  }

  private isDone(): boolean {
    if (!this.onlyVisible) return this.lines.pending === 0;
    return !this.host.visible().some(({ from, to }) => {
      for (let index = from; index < to; index++) if (this.lines.at(index)?.pending) return true;
      return false;
    });
  }
}

function takeAll(from: number, to: number, take: (index: number) => boolean): boolean {
  for (let index = from; index < to; index++) if (!take(index)) return false;
  return true;
}

/** The tags of a line from those of its pieces. */
function assembled(tags: readonly LineTags[], pieces: readonly Piece[]): LineTags {
  if (tags.every(({ spans, nearly }) => spans.length + nearly.length === 0)) return NO_TAGS;
  if (pieces.length === 1 && pieces[0].start === 0) return tags[0];
  const placed = (key: keyof LineTags) =>
    tags.flatMap((part, k) =>
      part[key].map((span) => ({ ...span, start: span.start + pieces[k].start, end: span.end + pieces[k].start })),
    );
  return { spans: placed('spans'), nearly: placed('nearly') };
}
