/** A dot that wants a label beside it, in pixels. */
export interface LabelWish {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Of the dot, which the label keeps clear of. */
  radius: number;
}

/** Where a label stands: `y` is its middle. */
export interface LabelPlace {
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const GAP = 4;

/**
 * Labels that neither overlap one another nor leave the frame: one dot after the other, the more important first, takes
 * the first free place right, left, above or below; a dot without a free place gets none.
 * @param taken room that is not free from the start
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  frame: { width: number; height: number },
  taken: Box[] = [],
): (LabelPlace | undefined)[] {
  return wishes.map((wish) => {
    for (const place of candidates(wish)) {
      const box = boxOf(place, wish);
      const inside = box.left >= 0 && box.top >= 0 && box.right <= frame.width && box.bottom <= frame.height;
      if (!inside || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return place;
    }
    return undefined;
  });
}

function candidates({ x, y, height, radius }: LabelWish): LabelPlace[] {
  const away = radius + GAP;
  return [
    { x: x + away, y, anchor: 'start' },
    { x: x - away, y, anchor: 'end' },
    { x, y: y - radius - height / 2, anchor: 'middle' },
    { x, y: y + radius + height / 2, anchor: 'middle' },
  ];
}

/** The room that a label takes at a place. */
export function boxOf({ x, y, anchor }: LabelPlace, { width, height }: Pick<LabelWish, 'width' | 'height'>): Box {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, right: left + width, top: y - height / 2, bottom: y + height / 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
