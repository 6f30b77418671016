import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { Random } from '../../../src/core/random';
import { parseRecipe } from '../../../src/core/recipe';
import { runRecordSchema, type RunRecord } from '../../../src/core/runs/record';
import { formatRecord, newRunId, parseRecord } from '../../../src/core/runs/record-format';

const record: RunRecord = {
  schemaVersion: 1,
  id: '20261122-153012-k3f9',
  name: 'play',
  status: 'done',
  created: '2026-11-22T15:30:12.000Z',
  updated: '2026-11-22T15:33:12.000Z',
  recipe: parseRecipe({ training: { minutes: 3 } }, ''),
  source: { label: 'play.txt', uri: 'file:///play.txt', bytes: 1000, sha256: 'ab' },
  environment: { version: '0.1.0', backend: 'heap', threads: 2, node: '20.20.0', platform: 'linux-x64' },
  data: { characters: 1000, trainTokens: 900, validationTokens: 100, vocabulary: 40 },
  parameters: 12_345,
  best: { step: 100, validationLoss: 1.6, perplexity: 4.95 },
  baseline: { name: '6-gram, Kneser-Ney', validationLoss: 1.56, perplexity: 4.7 },
  step: 120,
  time: 180.5,
};
const text = formatRecord(record);

describe('run.json', () => {
  it('gives back what was written', () => {
    expect(parseRecord(text, 'x')).toEqual(record);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('can always be read again, whatever the metrics', () => {
    const wild = formatRecord({
      ...record,
      best: { step: 1, validationLoss: 800, perplexity: Infinity },
      baseline: { name: 'x', validationLoss: NaN, perplexity: NaN },
    });
    const read = parseRecord(wild, 'x');
    expect(read.best).toEqual({ step: 1, validationLoss: 800, perplexity: Number.MAX_VALUE });
    expect(read.baseline).toBeUndefined();
  });

  it.each([
    ['', /is damaged \(it is not valid JSON\)/],
    [text.slice(0, 300), /is damaged \(it is not valid JSON\)/],
    ['null', /is damaged \(it is not a run\)/],
    ['{"schemaVersion": 2}', /was written by a newer version of Sequence Lab \(format 2\)/],
    ['{"schemaVersion": "1"}', /is damaged \(schemaVersion is missing or wrong\)/],
    [text.replace('"done"', '"asleep"'), /is damaged \(status is missing or wrong\)/],
    [text.replace('"hidden": 192', '"hidden": -1'), /is damaged \(recipe\.model\.hidden is missing or wrong\)/],
    [text.replace(record.id, '../../etc'), /is damaged \(id is missing or wrong\)/],
  ])('refuses %j', (damaged, reason) => {
    expect(() => parseRecord(damaged, 'runs/x/run.json')).toThrow(UserError);
    expect(() => parseRecord(damaged, 'runs/x/run.json')).toThrow(reason);
    expect(() => parseRecord(damaged, 'runs/x/run.json')).toThrow(/^runs\/x\/run\.json .*: .*\.$/);
  });
});

describe('newRunId', () => {
  it('is a valid id that sorts by time', () => {
    const id = newRunId(new Date('2026-11-22T15:30:12.345Z'), new Random(1));
    expect(id).toMatch(/^20261122-153012-[2-9a-z]{4}$/);
    expect(runRecordSchema.shape.id.safeParse(id).success).toBe(true);
    const random = new Random(2);
    const date = new Date('2026-01-02T03:04:05Z');
    expect(new Set(Array.from({ length: 100 }, () => newRunId(date, random))).size).toBe(100);
  });
});
