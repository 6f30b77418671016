import { COLORS } from '../common/colour';

/**
 * How a run is told from others: a colour, and, because colour alone is not enough for everybody, a dash pattern and a
 * point shape. The first six differ in all three; later ones repeat colours with other dashes and shapes.
 */
export interface Identity {
  /** Index in the theme's palette. */
  color: number;
  /** Lengths of line and gap in CSS pixels; empty is a whole line. */
  dash: readonly number[];
  shape: Shape;
}

export type Shape = 'circle' | 'triangle' | 'rect' | 'rectRot' | 'star' | 'crossRot';

/** How a line looks, in a legend as on a canvas. */
export interface Look {
  colour: string;
  width: number;
  dash: readonly number[];
  shape?: Shape;
  /** False for shapes without a line. */
  line?: boolean;
}

const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [9, 3, 2, 3], [14, 4], [5, 2, 1, 2, 1, 2], [3, 5]];
const shapes: readonly Shape[] = ['circle', 'triangle', 'rect', 'rectRot', 'star', 'crossRot'];

export function identityOf(slot: number): Identity {
  const round = Math.floor(slot / COLORS);
  return {
    color: slot % COLORS,
    dash: dashes[(slot + round) % dashes.length],
    shape: shapes[(slot + round) % shapes.length],
  };
}

/**
 * Gives every shown run a slot. A run keeps the one it had unless another shown run has it; new ones get the lowest free.
 */
export function assignSlots(shown: readonly string[], kept: Readonly<Record<string, number>>): Record<string, number> {
  const slots: Record<string, number> = {};
  const taken = new Set<number>();
  for (const folder of shown) {
    const slot = kept[folder];
    if (slot === undefined || taken.has(slot)) continue;
    slots[folder] = slot;
    taken.add(slot);
  }
  for (const folder of shown) {
    if (slots[folder] !== undefined) continue;
    let slot = 0;
    while (taken.has(slot)) slot++;
    slots[folder] = slot;
    taken.add(slot);
  }
  return slots;
}
