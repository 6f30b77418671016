import { describe, expect, it } from 'vitest';
import { worthRows } from '../../../src/core/runs/worth';
import { classesTable } from '../../../webview/dashboard/classes-content';
import { worthTables } from '../../../webview/dashboard/worth-content';
import { recordOf } from '../../webview/fixtures';

const lstm = recordOf({ id: 'a', name: 'letters', steps: 100 });
const word = recordOf({ id: 'b', name: 'words', steps: 100, recipe: { tokens: { unit: 'word' } } });
const other = {
  ...recordOf({ id: 'c', name: 'elsewhere', steps: 100 }),
  source: { label: 'other.txt', bytes: 1, sha256: '1' },
};

describe('worth', () => {
  it('lists runs and each baseline once, the best first', () => {
    const rows = worthRows([lstm, { ...lstm, id: 'a2', name: 'again' }]);
    expect(rows.filter(({ kind }) => kind === 'run')).toHaveLength(2);
    expect(rows.filter(({ kind }) => kind === 'baseline')).toHaveLength(1);
    const losses = rows.map(({ bitsPerCharacter, validationLoss }) => bitsPerCharacter ?? validationLoss ?? Infinity);
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
  });

  it('has a table for each held-out part, and says what a token is where units are mixed', () => {
    const tables = worthTables(worthRows([lstm, word, other]));
    expect(tables.map(({ caption }) => caption).sort()).toEqual([
      'Held-out part of other.txt',
      'Held-out part of the-lighthouse.txt',
    ]);
    const mixed = tables.find(({ caption }) => caption.includes('lighthouse'));
    expect(mixed?.columns).toContain('Token');
    expect(mixed?.columns).not.toContain('Perplexity');
    for (const { columns, rows } of tables) for (const row of rows) expect(row).toHaveLength(columns.length);
  });

  it('shows precision and recall of entities, and has the best F1 first, whatever the loss', () => {
    const tagger = (id: string, f1: number, validationLoss: number) => {
      const record = recordOf({ id, name: id, steps: 100, recipe: { task: 'tagging', tokens: { unit: 'word' } } });
      const measured = { validationLoss, accuracy: 0.9, precision: 0.75, recall: 0.25, f1 };
      return {
        ...record,
        best: { step: 1, ...measured },
        baseline: undefined,
        baselines: [{ name: `guess ${id}`, ...measured, f1: f1 / 4 }],
      };
    };
    const [{ columns, rows }] = worthTables(worthRows([tagger('sure', 0.2, 0.5), tagger('right', 0.4, 0.9)]));
    expect(columns.slice(3, 7)).toEqual(['Accuracy', 'Precision', 'Recall', 'F1']);
    expect(rows.map(([name]) => name)).toEqual(['right', 'sure', 'guess right', 'guess sure']);
    expect(rows[0].slice(3, 7)).toEqual(['0.9', '0.75', '0.25', '0.4']);
  });
});

describe('classes', () => {
  it('are listed by frequency, with what they are taken for', () => {
    const figures = (label: string, count: number) => ({ label, precision: 0.5, recall: 0.25, f1: 1 / 3, count });
    const event = {
      ...{ event: 'evaluation' as const, step: 7, time: 1, validationLoss: 1, best: true },
      classes: [figures('rare', 2), figures('frequent', 9)],
      confusion: [
        [1, 1],
        [0, 9],
      ],
    };
    expect(classesTable(event).rows).toEqual([
      ['frequent', '0.5', '0.25', '0.333', '9', '–'],
      ['rare', '0.5', '0.25', '0.333', '2', 'frequent (1)'],
    ]);
  });
});
