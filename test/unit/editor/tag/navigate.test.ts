import { describe, expect, it } from 'vitest';
import { nextSpan, nextUncertain, previousSpan, spanAt } from '../../../../src/editor/tag/navigate';
import { inSlices } from '../../../../src/editor/common/slices';
import type { PlacedSpan, ShownSpan, SpanSource } from '../../../../src/editor/tag/spans';

const span = (start: number, end: number, probability: number, more: Partial<ShownSpan> = {}): ShownSpan => ({
  start,
  end,
  label: 'PER',
  probability,
  alternatives: [],
  ...more,
});
const lines = [[span(0, 3, 0.9), span(8, 12, 0.6)], [], [span(2, 5, 0.8), span(7, 9, 0, { annotated: true })]];
const nearly = [[], [span(1, 4, 0.3, { alternatives: [{ label: 'O', probability: 0.55 }] })], []];
const source: SpanSource = {
  lineCount: 3,
  spansAt: (line) => lines[line] ?? [],
  nearlyAt: (line) => nearly[line] ?? [],
};
const empty: SpanSource = { lineCount: 2, spansAt: () => [], nearlyAt: () => [] };
const where = (placed?: PlacedSpan) => placed && [placed.line, placed.span.start];

describe('going from entity to entity', () => {
  it('goes on behind the cursor, over lines, and round', () => {
    expect(where(nextSpan(source, { line: 0, character: 0 }))).toEqual([0, 8]);
    expect(where(nextSpan(source, { line: 0, character: 8 }))).toEqual([2, 2]);
    expect(where(nextSpan(source, { line: 2, character: 7 }))).toEqual([0, 0]);
    expect(nextSpan(empty, { line: 0, character: 0 })).toBeUndefined();
  });

  it('goes back likewise', () => {
    expect(where(previousSpan(source, { line: 2, character: 7 }))).toEqual([2, 2]);
    expect(where(previousSpan(source, { line: 2, character: 2 }))).toEqual([0, 8]);
    expect(where(previousSpan(source, { line: 0, character: 0 }))).toEqual([2, 7]);
    expect(previousSpan(empty, { line: 1, character: 0 })).toBeUndefined();
  });

  it('finds the one at a place, also where the model nearly saw one', () => {
    expect(where(spanAt(source, { line: 0, character: 3 }))).toEqual([0, 0]);
    expect(where(spanAt(source, { line: 1, character: 2 }))).toEqual([1, 1]);
    expect(spanAt(source, { line: 0, character: 5 })).toBeUndefined();
  });

  it('goes from the least certain to the most certain and begins again, without what people have set', async () => {
    const found: (number[] | undefined)[] = [];
    let last: PlacedSpan | undefined;
    for (let k = 0; k < 5; k++) {
      last = await inSlices(nextUncertain(source, last), () => true);
      found.push(where(last));
    }
    expect(found).toEqual([[1, 1], [0, 8], [2, 2], [0, 0], [1, 1]]); // prettier-ignore
    expect(await inSlices(nextUncertain(empty), () => true)).toBeUndefined();
  });
});
