import { describe, expect, it } from 'vitest';
import {
  filtered,
  indexEntities,
  leastCertain,
  rulerLines,
  type EntityIndex,
} from '../../../../src/editor/tag/entity-index';
import { EntityIndexer } from '../../../../src/editor/tag/entity-indexer';
import { inSlices } from '../../../../src/editor/common/slices';
import type { ShownSpan, SpanSource } from '../../../../src/editor/tag/spans';

/** Lines in which {text|LABEL|certainty} are the spans. */
function marked(...lines: string[]) {
  const texts: string[] = [];
  const spans = lines.map((line) => {
    const own: ShownSpan[] = [];
    let text = '';
    for (const part of line.split(/(\{.*?\})/)) {
      const [, inner, label, probability] = /^\{(.*)\|(.*)\|(.*)\}$/.exec(part) ?? [];
      const start = text.length;
      text += inner ?? part;
      if (inner) own.push({ start, end: text.length, label, probability: Number(probability), alternatives: [] });
    }
    texts.push(text);
    return own;
  });
  const source: SpanSource = { lineCount: lines.length, spansAt: (line) => spans[line] ?? [], nearlyAt: () => [] };
  return { source, textAt: (line: number) => texts[line] };
}

async function index(...lines: string[]): Promise<EntityIndex> {
  const { source, textAt } = marked(...lines);
  const found = await inSlices(indexEntities(source, textAt), () => true);
  if (!found) throw new Error('no index');
  return found;
}

/** What a generator comes to. */
function all<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const text = ['{Ada|PER|0.9} met {Grace|PER|0.4} in {Turin|LOC|0.8}', '', '{Ada|PER|0.7}  and {Ada|LOC|0.3}'];

describe('the index of entities', () => {
  it('counts by type and text, the most frequent first', async () => {
    const { types, count } = await index(...text);
    expect(count).toBe(5);
    expect(
      types.map(({ label, count: own, texts }) => [
        label,
        own,
        texts.map((one) => `${one.text} ${one.occurrences.length}`),
      ]),
    ).toEqual([
      ['PER', 3, ['Ada 2', 'Grace 1']],
      ['LOC', 2, ['Turin 1', 'Ada 1']],
    ]);
    expect(types[0].texts[0].occurrences.map(({ line, span }) => [line, span.start])).toEqual([[0, 0], [2, 0]]); // prettier-ignore
  });

  it('orders by place and by uncertainty', async () => {
    const { occurrences } = await index(...text);
    expect(occurrences.map((one) => one.text)).toEqual(['Ada', 'Grace', 'Turin', 'Ada', 'Ada']);
    expect(leastCertain(occurrences, 10).map(({ span }) => span.probability)).toEqual([0.3, 0.4, 0.7, 0.8, 0.9]);
  });

  it('tells only so many of the most uncertain', async () => {
    const { occurrences } = await index(...text);
    expect(leastCertain(occurrences, 2).map(({ span }) => span.probability)).toEqual([0.3, 0.4]);
  });

  it('finds parts of texts and labels', async () => {
    const whole = await index(...text);
    expect(all(filtered(whole, '  '))).toBe(whole);
    expect(all(filtered(whole, 'TUR')).types.map(({ label, count }) => [label, count])).toEqual([['LOC', 1]]);
    expect(all(filtered(whole, 'loc')).occurrences.map((one) => one.text)).toEqual(['Turin', 'Ada']);
    expect(all(filtered(whole, 'ada')).types.map(({ label, count }) => [label, count])).toEqual([['PER', 2], ['LOC', 1]]); // prettier-ignore
    expect(all(filtered(whole, 'nobody'))).toEqual({ types: [], count: 0, occurrences: [] });
  });

  it('marks at most so many places of a ruler, and all where there is room', async () => {
    const many = await index(...Array<string>(3000).fill('{Ada|PER|0.9} {Bob|PER|0.9}'));
    const lines = all(rulerLines(many, 3000, 100)).get('PER') ?? [];
    expect(lines).toHaveLength(100);
    expect([lines[0], lines[50]]).toEqual([0, 1500]);
    expect(all(rulerLines(await index(...text), 3))).toEqual(new Map([['PER', [0, 2]], ['LOC', [0, 2]]])); // prettier-ignore
  });

  it('follows changes, one pass for many, and ends when it is disposed', async () => {
    const { source, textAt } = marked(...text);
    const told: number[] = [];
    const done = new Promise<void>((resolve) => {
      const indexer: EntityIndexer = new EntityIndexer(source, textAt, () => {
        told.push(indexer.index.count);
        indexer.dispose();
        indexer.request();
        resolve();
      });
      for (let k = 0; k < 10; k++) indexer.request();
    });
    await done;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toEqual([5]);
  });
});
