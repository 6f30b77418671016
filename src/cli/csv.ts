import type { RunEvent } from '../core/runs/events';

/** Columns that steps and evaluations fill; group norms come between the two. */
const STEP = ['time', 'epoch', 'loss', 'gradientNorm', 'clipRatio', 'rate', 'tokensPerSecond'] as const;
const EVALUATION = [
  ...(['validationLoss', 'perplexity', 'bitsPerCharacter', 'accuracy'] as const),
  ...(['precision', 'recall', 'f1', 'rmse'] as const),
];

/**
 * Measurements as CSV (RFC 4180): a row for each logged step, with what was measured after it. Numbers are written in
 * full; a cell that does not apply is empty.
 */
export function eventsToCsv(events: readonly RunEvent[]): string {
  const groups = events.flatMap((event) => (event.event === 'started' ? [event.groups] : [])).at(-1) ?? [];
  const header = ['step', ...STEP, ...groups.map((name) => `gradientNorm.${name}`), ...EVALUATION];
  const rows = new Map<number, Map<string, number>>();
  const row = (step: number): Map<string, number> => {
    const known = rows.get(step) ?? new Map<string, number>([['step', step]]);
    rows.set(step, known);
    return known;
  };
  for (const event of events) {
    if (event.event === 'step') {
      const cells = row(event.step);
      for (const name of STEP) {
        const value = event[name];
        if (value !== undefined) cells.set(name, value);
      }
      event.groupNorms?.forEach((norm, k) => cells.set(`gradientNorm.${groups[k]}`, norm));
    }
    if (event.event === 'evaluation') {
      const cells = row(event.step);
      if (!cells.has('time')) cells.set('time', event.time);
      for (const name of EVALUATION) {
        const value = event[name];
        if (value !== undefined) cells.set(name, value);
      }
    }
  }
  const lines = [...rows.values()]
    .sort((a, b) => (a.get('step') as number) - (b.get('step') as number))
    .map((cells) => header.map((name) => cells.get(name) ?? '').join(','));
  return `${[header.map(quote).join(','), ...lines].join('\r\n')}\r\n`;
}

function quote(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
