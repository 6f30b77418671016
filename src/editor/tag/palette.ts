/** Colours that are contributed: sequenceLab.entity1 to 8. */
export const COLORS = 8;
/** Names of what has a colour of its own in every text, in the order of the colours. */
const FAMILIAR = [
  /^(b-per|per|pers|person|people|name|character)$/i,
  /^(loc|location|place|gpe|city|country)$/i,
  /^(org|organi[sz]ation|corporation|company|group|team)$/i,
  /^(misc|miscellaneous|other|norp)$/i,
  /^(date|time|year|event)$/i,
  /^(product|work|work_of_art|creative-work|title|spell)$/i,
];
/** Lines under a span: labels that share a colour differ in them. */
const LINES = ['solid', 'double', 'dotted', 'dashed'] as const;

/** How a label is painted. */
export interface Look {
  /** From 1. */
  color: number;
  line: (typeof LINES)[number];
}

/**
 * Gives each label a look of its own as long as there are enough. People, places and organisations always look the same;
 * the others take, in the order in which they come, what is free.
 */
export class Palette {
  private readonly looks = new Map<string, Look>();
  private readonly used = new Array<number>(COLORS).fill(0);

  /** The look of a label, always the same one. */
  lookOf(label: string): Look {
    let look = this.looks.get(label);
    if (!look) this.looks.set(label, (look = this.choose(label)));
    return look;
  }

  /** Fixes the looks of labels together, so that they do not depend on which comes first in a text. */
  prepare(labels: readonly string[]): void {
    for (const label of [...labels].sort((a, b) => familiar(a) - familiar(b) || a.localeCompare(b))) this.lookOf(label);
  }

  private choose(label: string): Look {
    const own = familiar(label);
    const least = Math.min(...this.used);
    const free = this.used.findLastIndex((times) => times === least);
    // The last colours are for labels without a usual name.
    const color = own < FAMILIAR.length ? own : free;
    return { color: color + 1, line: LINES[this.used[color]++ % LINES.length] };
  }
}

function familiar(label: string): number {
  const place = FAMILIAR.findIndex((name) => name.test(label));
  return place < 0 ? FAMILIAR.length : place;
}
