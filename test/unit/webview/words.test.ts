import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Announcer, QUIET } from '../../../webview/dashboard/announcer';
import { fade } from '../../../webview/common/colour';
import { metricsCsv } from '../../../webview/dashboard/csv';
import { differingKeys } from '../../../webview/dashboard/differences';
import {
  againstBaseline,
  bestText,
  headerFacts,
  progressOf,
  spokenEvaluation,
  spokenFinish,
  spokenSummary,
} from '../../../webview/dashboard/facts';
import {
  formatClock,
  formatDuration,
  formatTick,
  formatValue,
  formatWhen,
  lossIn,
} from '../../../webview/dashboard/format';
import { assignSlots, identityOf } from '../../../webview/dashboard/identity';
import { defaultSettings, readSettings } from '../../../webview/dashboard/settings';
import { t, translate } from '../../../webview/dashboard/strings';
import { spread } from '../../../webview/common/table-content';
import { baseline, evaluation, pageRun, started, step, steps } from './events';

describe('numbers for people', () => {
  it('have a few telling digits', () => {
    const cases: [number | undefined, string][] = [
      [1.62389, '1.624'], [12.3456, '12.35'], [123.456, '123.5'], [66_204, '66,204'], [12_345_678, '12.3M'],
      [0.0421, '0.0421'], [2.4e-5, '2.4e−5'], [0, '0'], [-1.5, '-1.500'], [NaN, '–'], [undefined, '–'], [Infinity, '∞'],
    ]; // prettier-ignore
    for (const [value, words] of cases) expect(formatValue(value)).toBe(words);
    expect([0, 0.004, 1.5, 2500, 20_000, 1e-5].map(formatTick)).toEqual(['0', '0.004', '1.5', '2,500', '20K', '1e−5']);
  });

  it('tell times', () => {
    expect([7, 185, 3729, -3].map(formatClock)).toEqual(['0:07', '3:05', '1:02:09', '0:00']);
    expect([0, 0.04, 7, 60, 185, 3600, 3720].map(formatDuration)).toEqual([
      '0 s',
      '0.04 s',
      '7 s',
      '1 min',
      '3 min 5 s',
      '1 h',
      '1 h 2 min',
    ]);
    expect(formatWhen('nonsense')).toBe('nonsense');
    expect(formatWhen('2026-11-22T12:00:00.000Z')).toMatch(/^Nov 2\d, \d\d:00$/);
  });

  it('are the same loss in three units', () => {
    const run = pageRun('a', []);
    expect(lossIn('nats', run)?.(1.5)).toBe(1.5);
    expect(lossIn('perplexity', run)?.(Math.log(5))).toBeCloseTo(5);
    expect(lossIn('bits', run)?.(Math.LN2 * 2)).toBeCloseTo(2);
    const measured = pageRun('b', [{ ...evaluation(1, 2), bitsPerCharacter: 0.5 }]);
    expect(lossIn('bits', measured)?.(4)).toBeCloseTo(1);
  });
});

describe('facts of a run', () => {
  it('compare with the baseline in plain words', () => {
    const against = (loss: number) => againstBaseline(pageRun('a', [baseline, evaluation(1, loss)]));
    expect(against(1.64)?.sentence).toBe('18 % better than the 6-gram baseline');
    expect(against(2.5)?.sentence).toBe('25 % worse than the 6-gram baseline');
    expect(against(2.001)?.sentence).toBe('as good as the 6-gram baseline');
    expect(against(1.64)?.tone).toBe('good');
    expect(againstBaseline(pageRun('a', [evaluation(1, 2)]))).toBeUndefined();
  });

  it('take the record where events are not loaded', () => {
    const best = { step: 3, validationLoss: 1.25, perplexity: 3.5 };
    expect(bestText(pageRun('a', [], { best }), 'nats')).toBe('1.250');
    expect(bestText(pageRun('a', [evaluation(4, 1.1)], { best }), 'nats')).toBe('1.100');
    expect(bestText(pageRun('a', []), 'nats')).toBe('–');
  });

  it('fill the header before, during and after training', () => {
    const values = (run: ReturnType<typeof pageRun>) => headerFacts(run, 'nats').map((fact) => fact.value);
    expect(values(pageRun('a', []))).toEqual(['–', '–', '–', '0', '–']);
    const run = pageRun('a', [started(), ...steps(1, 200), baseline, evaluation(200, 1.5)]);
    expect(values(run)).toEqual(['1.500', '25 % better', '1:20', '200', '60,000']);
    run.live = false;
    run.record.status = 'done';
    expect(headerFacts(run, 'nats')[2]).toEqual({ label: 'Training time', value: '20 s', detail: '' });
    expect(progressOf(run)).toBe(1);
  });

  it('make sentences to be heard', () => {
    const run = pageRun('play', [started(), ...steps(1, 20), baseline, evaluation(20, 1.5)]);
    expect(spokenSummary(run, 'nats')).toBe('play, Training, step 20, 2 %, loss 0.19.');
    expect(spokenEvaluation(run, 'nats')).toBe(
      'play: validation nats 1.500 at step 20. 25 % better than the 6-gram baseline.',
    );
    expect(spokenFinish(run, 'nats')).toBe('');
    run.series.apply({
      event: 'finished',
      step: 20,
      time: 2,
      reason: 'failed',
      message: 'The disk is full.',
      metrics: {},
    });
    expect(spokenFinish(run, 'nats')).toContain('play: Failed at step 20. Best validation 1.500. The disk is full.');
  });
});

describe('Announcer', () => {
  it('says news at once, how things stand every ten seconds, and nothing twice', () => {
    const said: string[] = [];
    let now = 0;
    const announcer = new Announcer((sentence) => said.push(sentence), () => now); // prettier-ignore
    announcer.state('one');
    announcer.state('two');
    announcer.news('evaluation');
    now = QUIET - 1;
    announcer.state('three');
    now = QUIET;
    announcer.state('four');
    announcer.news('four');
    expect(said).toEqual(['one', 'evaluation', 'four']);
  });
});

describe('looks', () => {
  it('differ for any two of the first 36 slots, and in all three ways for the first six', () => {
    const looks = Array.from({ length: 36 }, (_, slot) => JSON.stringify(identityOf(slot)));
    expect(new Set(looks).size).toBe(36);
    const first = Array.from({ length: 6 }, (_, slot) => identityOf(slot));
    for (const key of ['color', 'dash', 'shape'] as const) {
      expect(new Set(first.map((one) => JSON.stringify(one[key]))).size).toBe(6);
    }
  });

  it('stay with a run and are never shared', () => {
    const folders = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    fc.assert(
      fc.property(folders, fc.dictionary(fc.constantFrom(...'abcdefgh'), fc.nat(5)), (shown, kept) => {
        const slots = assignSlots(shown, kept);
        expect(Object.keys(slots).sort()).toEqual([...shown].sort());
        expect(new Set(Object.values(slots)).size).toBe(shown.length);
        expect(assignSlots(shown, slots)).toEqual(slots);
        if (shown.length > 0 && kept[shown[0]] !== undefined) expect(slots[shown[0]]).toBe(kept[shown[0]]);
      }),
    );
  });

  it('fade in every notation that VS Code uses', () => {
    expect(fade('#fff', 0.5)).toBe('rgba(255, 255, 255, 0.5)');
    expect(fade('#1a85ff', 0.2)).toBe('rgba(26, 133, 255, 0.2)');
    expect(fade('#00000080', 0.5)).toBe('rgba(0, 0, 0, 0.251)');
    expect(fade('rgba(1, 2, 3, 0.5)', 0.5)).toBe('rgba(1, 2, 3, 0.25)');
    expect(fade('rgb(1 2 3)', 1)).toBe('rgba(1, 2, 3, 1)');
    expect(fade('rebeccapurple', 0.5)).toBe('rebeccapurple');
  });
});

describe('differences of recipes', () => {
  it('name the kind of a model, and not what only one kind has', () => {
    const recipes = [
      { model: { kind: 'recurrent', hidden: 8, embedding: 4 } },
      { model: { kind: 'window', embedding: 5 } },
    ];
    expect(differingKeys(recipes)[0].map(({ path }) => path)).toEqual(['model.embedding', 'model.kind']);
  });

  it('name the keys that are not alike, and no others', () => {
    const recipes = [
      { name: 'one', model: { hidden: 1, cell: 'lstm' }, training: { minutes: 3 } },
      { name: 'two', model: { hidden: 2, cell: 'lstm' }, training: {} },
    ];
    expect(differingKeys(recipes)).toEqual([
      [{ path: 'model.hidden', value: 1 }, { path: 'training.minutes', value: 3 }],
      [{ path: 'model.hidden', value: 2 }, { path: 'training.minutes', value: undefined }],
    ]); // prettier-ignore
    expect(differingKeys([recipes[0]])).toEqual([[]]);
    expect(differingKeys([])).toEqual([]);
  });
});

describe('kept settings', () => {
  it('become whole whatever they were', () => {
    fc.assert(
      fc.property(fc.anything(), (kept) => {
        const settings = readSettings(kept);
        expect(readSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
      }),
    );
    expect(readSettings(undefined)).toMatchObject(defaultSettings);
  });

  it('drop what they do not know', () => {
    const settings = readSettings({
      unit: 'pounds',
      smoothing: 7,
      shown: ['a', 1, 'a'],
      slots: { a: -1, b: 2 },
      tables: ['loss', 'x'],
    });
    expect(settings).toMatchObject({ unit: 'nats', smoothing: 0.9, shown: ['a'], slots: { b: 2 }, tables: ['loss'] });
  });
});

describe('metrics as CSV', () => {
  /** RFC 4180. */
  function parse(text: string): string[][] {
    const cells = [...text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)/g)];
    const rows: string[][] = [[]];
    for (const [, cell, end] of cells) {
      rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
      if (end === '\r\n') rows.push([]);
    }
    return rows.slice(0, -1);
  }

  it('reads back as it was, whatever the name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const run = pageRun('a', [started(), ...steps(1, 5), evaluation(3, 2), baseline], { name });
        const [header, ...rows] = parse(metricsCsv([run]));
        expect(rows.map((row) => row[header.indexOf('event')])).toEqual(['baseline', 'step', 'step', 'step', 'evaluation', 'step', 'step']); // prettier-ignore
        for (const row of rows) expect([row.length, row[0]]).toEqual([header.length, name]);
        const third = rows.find((row) => row[2] === 'step' && row[3] === '3');
        expect(Number(third?.[header.indexOf('loss')])).toBe(step(3).loss);
        expect(third?.[header.indexOf('gradientNorm.output')]).toBe('1.5');
      }),
    );
  });

  it('leaves cells empty where there is no number', () => {
    const text = metricsCsv([pageRun('a', [started(), { ...step(1), loss: NaN }])]);
    const [header, row] = parse(text);
    expect(row[header.indexOf('loss')]).toBe('');
    expect(row[header.indexOf('perplexity')]).toBe('');
  });
});

describe('words', () => {
  it('are replaced by translations where there are some', () => {
    expect(t('header.atStep', { step: 5 })).toBe('at step 5');
    translate({ 'header.atStep': 'bei Schritt {step}', 'no.such.key': 'x', 'action.stop': 3 });
    expect(t('header.atStep', { step: 5 })).toBe('bei Schritt 5');
    expect(t('action.stop')).toBe('Stop');
    translate({});
    expect(t('header.atStep', { step: 5 })).toBe('at step 5');
  });
});

describe('spread', () => {
  it('takes evenly, the first and the last among them', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 2, max: 200 }), (count, most) => {
        const rows = spread(count, most);
        expect(rows.length).toBe(Math.min(count, most));
        expect(new Set(rows).size).toBe(rows.length);
        if (count > 0) expect([rows[0], rows.at(-1)]).toEqual([0, count - 1]);
      }),
    );
  });
});
