import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../src/core/recipe';
import type { RunEvent } from '../../src/core/runs/events';
import { decodeEvents, dropRepeated, encodeEvent, thinEvents } from '../../src/core/runs/metrics-log';
import { formatRecord, parseRecord } from '../../src/core/runs/record-format';
import { resultOrSentence } from './outcome';

const events: RunEvent[] = [
  { event: 'started', step: 0, time: 0, resumed: false, groups: ['embedding', 'output'], clip: 1, parameters: 10 },
  {
    event: 'step',
    step: 1,
    time: 0.1,
    epoch: 0.1,
    loss: 4.1,
    gradientNorm: NaN,
    groupNorms: [1, Infinity],
    clipRatio: 1,
    rate: 0.004,
    tokensPerSecond: 1e5,
    progress: 0.1,
    secondsLeft: 10,
  },
  { event: 'sample', step: 1, time: 0.2, text: 'To be,\nor 😀', temperature: 0.8 },
  { event: 'started', step: 0, time: 0.2, resumed: true, groups: [], clip: 0, parameters: 10 },
  { event: 'finished', step: 2, time: 0.3, reason: 'done', metrics: { validationLoss: 2 } },
];
const log = events.map(encodeEvent).join('');
const record = formatRecord({
  schemaVersion: 1,
  id: 'a-1',
  name: 'x',
  status: 'running',
  created: '',
  updated: '',
  recipe: parseRecipe({}, ''),
  source: { label: 'x', bytes: 1, sha256: '' },
  environment: { version: '', backend: '', threads: 1, node: '', platform: '' },
  step: 1,
  time: 1,
});

/** `text` with pieces put in place of others. */
const mutations = fc.array(
  fc.record({
    at: fc.nat(),
    remove: fc.nat(30),
    insert: fc.oneof(fc.string(), fc.constantFrom('\n', '{', '"', '{"event":', '}\n{', '1e999', 'null', '[]')),
  }),
  {
    minLength: 1,
    maxLength: 4,
  },
);
function mutate(text: string, changes: { at: number; remove: number; insert: string }[]): string {
  return changes.reduce((result, { at, remove, insert }) => {
    const start = at % (result.length + 1);
    return result.slice(0, start) + insert + result.slice(start + remove);
  }, text);
}

describe('damaged run files', () => {
  it('a log in which anything has happened: only whole events, and the readers go on', () => {
    fc.assert(
      fc.property(mutations, (changes) => {
        const read = decodeEvents(mutate(log, changes));
        for (const event of read) {
          expect(decodeEvents(encodeEvent(event))).toEqual([event]);
          if (event.event === 'step')
            expect(event.groupNorms?.every((norm) => typeof norm === 'number') ?? true).toBe(true);
        }
        expect(thinEvents(dropRepeated(read), 2).length).toBeLessThanOrEqual(read.length);
      }),
      { numRuns: 5000 },
    );
  });

  it('a log torn at any byte and gone on with', () => {
    const bytes = new TextEncoder().encode(log);
    for (let end = 0; end <= bytes.length; end++) {
      const torn = new TextDecoder().decode(bytes.subarray(0, end));
      const read = decodeEvents(torn + log);
      expect(read.slice(-events.length)).toEqual(events);
    }
  });

  it('a log of random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void decodeEvents(text)));
  });

  it('a record in which anything has happened', () => {
    fc.assert(
      fc.property(mutations, (changes) => {
        const read = resultOrSentence(() => parseRecord(mutate(record, changes), 'run.json'));
        if (read !== undefined) expect(parseRecord(formatRecord(read), 'run.json')).toEqual(read);
      }),
      { numRuns: 3000 },
    );
  });
});
