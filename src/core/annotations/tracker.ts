import type { Anchor } from './anchor';
import { movedBy, type TextChange } from './move';
import { byPlace } from './sidecar';

/** States of the text that are remembered, at most, and places of spans in all of them together. */
const STATES = 500;
const PLACES = 1_000_000;

/** Reads the text as it is now. */
export type ReadText = (start: number, end: number) => string;

interface Item<T> {
  id: number;
  span: T;
  /** Nothing of it is left in the text; `span` is as it was last. */
  gone: boolean;
  /** A person took it away; it moves on, so that it can be brought back. */
  hidden: boolean;
}

/** What a step changed, so that it can be taken back. */
interface Step {
  shown: number[];
  hidden: number[];
}

/** Where an item was in a state of the text; undefined when nothing of it was left. */
type Places = Map<number, Pick<Anchor, 'start' | 'end' | 'text'> | undefined>;

/**
 * Spans that move with the edits of their text: they grow and shrink with what is written and deleted inside of them and
 * vanish with their words. When the text is again as it was, by undo or otherwise, they are again where they were; and
 * words that are cut and pasted take their spans along. Knows the steps of people, which can be taken back whatever was
 * written meanwhile.
 */
export class SpanTracker<T extends Anchor> {
  private items: Item<T>[];
  private steps: Step[] = [];
  private next = 0;
  private readonly states = new Map<string, Places>();
  private remembered = 0;

  /**
   * @param state says which text it is: the same for the same text, and another for every other
   * @param exclusive whether a span may not lie over others for which this is true too
   */
  constructor(
    spans: readonly T[],
    private state: string,
    private readonly exclusive: (span: T) => boolean,
  ) {
    this.items = spans.map((span) => this.item(span));
  }

  /** What is there now, in order. */
  get spans(): T[] {
    return this.visible()
      .map(({ span }) => span)
      .sort(byPlace);
  }

  /** A step of a person: takes spans away and adds others. */
  replace(removed: readonly T[], added: readonly T[]): void {
    const away = this.visible().filter(({ span }) => removed.includes(span));
    for (const item of away) item.hidden = true;
    const fresh = added.map((span) => this.item(span));
    this.items.push(...fresh);
    this.steps.push({ shown: fresh.map(({ id }) => id), hidden: away.map(({ id }) => id) });
  }

  /** Takes the last step back; false when there is none. */
  undo(): boolean {
    const step = this.steps.pop();
    if (!step) return false;
    const shown = new Set(step.shown);
    const hidden = new Set(step.hidden);
    this.items = this.items.filter(({ id }) => !shown.has(id));
    for (const item of this.items) {
      // Words that came back may have taken its place.
      if (hidden.has(item.id) && !this.isTaken(item, item.span)) item.hidden = false;
    }
    return true;
  }

  /**
   * Follows changes of the text, each in the coordinates that those before it left. Answers whether a span has changed
   * otherwise than by moving.
   *
   * @param read the text after all of them
   * @param state which text it is now
   */
  follow(changes: readonly TextChange[], read: ReadText, state: string): boolean {
    this.remember();
    this.state = state;
    const before = this.states.get(state);
    const touched = new Set<Item<T>>();
    for (const change of changes) {
      for (const item of this.items) if (this.move(item, change)) touched.add(item);
    }
    if (before && isSame(before, read)) return this.returnTo(before);
    for (const item of touched) {
      if (!item.gone) item.span = { ...item.span, text: read(item.span.start, item.span.end) };
    }
    return touched.size > 0;
  }

  private visible(): Item<T>[] {
    return this.items.filter(({ gone, hidden }) => !gone && !hidden);
  }

  private item(span: T): Item<T> {
    return { id: this.next++, span, gone: false, hidden: false };
  }

  private remember(): void {
    this.forget(this.state);
    const places: Places = new Map();
    for (const { id, span, gone } of this.items) {
      const { start, end, text } = span;
      places.set(id, gone ? undefined : { start, end, text });
    }
    this.states.set(this.state, places);
    this.remembered += places.size;
    for (const [state] of this.states) {
      if (this.states.size <= STATES && this.remembered <= PLACES) break;
      this.forget(state);
    }
  }

  private forget(state: string): void {
    this.remembered -= this.states.get(state)?.size ?? 0;
    this.states.delete(state);
  }

  private returnTo(places: Places): boolean {
    const others = this.visible().filter(({ id }) => !places.has(id));
    let changed = false;
    for (const item of this.items) {
      if (!places.has(item.id)) continue;
      const place = places.get(item.id);
      const { start, end } = item.span;
      if (place ? !item.gone && start === place.start && end === place.end : item.gone) continue;
      if (place && this.isTaken(item, place, others)) continue;
      changed = true;
      item.gone = !place;
      if (place) item.span = { ...item.span, ...place };
    }
    return changed;
  }

  /** Moves an item; whether something was changed inside of it. */
  private move(item: Item<T>, change: TextChange): boolean {
    const { span } = item;
    if (item.gone) {
      const at = change.text.indexOf(span.text);
      if (at < 0) return false;
      const place = { start: change.start + at, end: change.start + at + span.text.length };
      if (this.isTaken(item, place)) return false;
      item.span = { ...span, ...place };
      item.gone = false;
      return true;
    }
    const moved = movedBy(span, change);
    item.gone = !moved;
    if (moved) item.span = { ...span, ...moved };
    return change.start < span.end && change.start + change.removed > span.start;
  }

  private isTaken(item: Item<T>, { start, end }: { start: number; end: number }, among = this.visible()): boolean {
    if (!this.exclusive(item.span)) return false;
    return among.some(
      (other) => other !== item && this.exclusive(other.span) && other.span.start < end && start < other.span.end,
    );
  }
}

/** Whether the words of all spans stand where they stood; a mark of the text may, very rarely, be that of another. */
function isSame(places: Places, read: ReadText): boolean {
  return [...places.values()].every((place) => !place || read(place.start, place.end) === place.text);
}
