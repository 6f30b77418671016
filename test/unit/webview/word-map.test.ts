import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inside, nearestTo, nextTowards } from '../../../webview/explore/map/geometry';
import { boxOf, placeLabels, type LabelWish } from '../../../webview/explore/map/labels';
import { Viewport } from '../../../webview/explore/map/viewport';
import { readSettings, wordsIn } from '../../../webview/explore/settings';

const frame = { width: 300, height: 200 };
const wish = (x: number, y: number, width = 40): LabelWish => ({ x, y, width, height: 15, radius: 3 });

describe('labels of a map', () => {
  it('never overlap and never leave the frame', () => {
    const place = fc.record({
      x: fc.double({ min: 0, max: 300, noNaN: true }),
      y: fc.double({ min: 0, max: 200, noNaN: true }),
      width: fc.integer({ min: 5, max: 120 }),
    });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), (dots) => {
        const wishes = dots.map(({ x, y, width }) => wish(x, y, width));
        const boxes = placeLabels(wishes, frame).flatMap((found, i) => (found ? [boxOf(found, wishes[i])] : []));
        boxes.forEach((a, i) => {
          expect(a.left >= 0 && a.top >= 0 && a.right <= 300 && a.bottom <= 200).toBe(true);
          for (const b of boxes.slice(i + 1))
            expect(a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom).toBe(true);
        });
      }),
    );
  });

  it('stand at the right, else at the left, above or below; the first dot goes first', () => {
    expect(placeLabels([wish(100, 100)], frame)[0]?.anchor).toBe('start');
    expect(placeLabels([wish(290, 100)], frame)[0]?.anchor).toBe('end');
    const crowd = Array.from({ length: 6 }, () => wish(150, 100, 8));
    expect(placeLabels(crowd, frame).map((found) => found?.anchor)).toEqual(['start', 'end', 'middle', 'middle', undefined, undefined]); // prettier-ignore
    const blocked = placeLabels([wish(100, 100)], frame, [{ left: 104, right: 120, top: 95, bottom: 105 }]);
    expect(blocked[0]?.anchor).toBe('end');
  });
});

describe('the part of a map that is seen', () => {
  const points = [{ x: -2, y: -1 }, { x: 2, y: 1 }]; // prettier-ignore
  const view = () => {
    const viewport = new Viewport(points);
    viewport.resize(448, 248);
    return viewport;
  };

  it('shows all points with one scale, y up', () => {
    expect(view().toPixels(points[0])).toEqual({ x: 24, y: 224 });
    expect(view().toPixels(points[1])).toEqual({ x: 424, y: 24 });
  });

  it('keeps the place under the pointer when it zooms, and goes back', () => {
    const viewport = view();
    const around = viewport.toPixels({ x: 1, y: 0.5 });
    viewport.zoom(3, around);
    viewport.zoom(1.7, around);
    const { x, y } = viewport.toPixels({ x: 1, y: 0.5 });
    expect([x, y]).toEqual([expect.closeTo(around.x, 9), expect.closeTo(around.y, 9)]);
    expect(viewport.isZoomed).toBe(true);
    viewport.reset();
    expect(viewport.toPixels(points[0])).toEqual({ x: 24, y: 224 });
    viewport.zoom(0.2);
    expect(viewport.isZoomed).toBe(false);
  });

  it('moves a place that is outside into the frame', () => {
    const viewport = view();
    viewport.zoom(4);
    viewport.reveal(points[1]);
    const { x, y } = viewport.toPixels(points[1]);
    expect(x).toBeCloseTo(424, 9);
    expect(y).toBeCloseTo(24, 9);
  });
});

describe('lasso and arrow keys', () => {
  it('knows what a line surrounds, dents left out', () => {
    const line = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }, { x: 5, y: 4 }, { x: 0, y: 10 }]; // prettier-ignore
    expect(inside({ x: 5, y: 2 }, line)).toBe(true);
    expect(inside({ x: 5, y: 8 }, line)).toBe(false);
    expect(inside({ x: 11, y: 2 }, line)).toBe(false);
    expect(inside({ x: 5, y: 2 }, [])).toBe(false);
  });

  it('goes to the next point of a direction, and to the nearest one', () => {
    const points = [{ x: 0, y: 0 }, { x: 30, y: 2 }, { x: 10, y: 15 }, { x: -5, y: 0 }]; // prettier-ignore
    expect(nextTowards(points, 0, { x: 1, y: 0 })).toBe(1);
    expect(nextTowards(points, 0, { x: -1, y: 0 })).toBe(3);
    expect(nextTowards(points, 0, { x: 0, y: 1 })).toBe(2);
    expect(nextTowards(points, 0, { x: 0, y: -1 })).toBeUndefined();
    expect(nearestTo(points, { x: 28, y: 0 }, 5)).toBe(1);
    expect(nearestTo(points, { x: 20, y: 0 }, 5)).toBeUndefined();
  });
});

describe('what a person has asked', () => {
  it('is read from whatever was kept', () => {
    const defaults = readSettings(undefined);
    expect(defaults.tab).toBe('neighbours');
    expect(defaults.ratios.words).toEqual(['ice', 'steam']);
    fc.assert(
      fc.property(fc.anything(), (kept) => {
        const settings = readSettings({ tab: kept, map: kept, analogy: kept, tables: kept, first: kept });
        expect(settings.analogy.words).toHaveLength(3);
        expect(settings.map.words).toBeGreaterThan(0);
      }),
    );
    const kept = { ...defaults, tab: 'map' as const, map: { method: 'umap' as const, words: 99, seed: 3 } };
    expect(readSettings(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    expect(readSettings({ map: { words: 5000, seed: 0.5 } }).map).toEqual(defaults.map);
  });

  it('has words with blanks or commas between', () => {
    expect(wordsIn(' solid, gas;water\nfashion ')).toEqual(['solid', 'gas', 'water', 'fashion']);
    expect(wordsIn('  ')).toEqual([]);
  });
});
