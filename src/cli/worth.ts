import type { WorthRow } from '../core/runs/worth';
import { duration, figure, percent, table, whole } from './terminal';

/** The rows as text: a heading and a table for each held-out part. */
export function worthTable(rows: WorthRow[]): string[] {
  const parts = new Map<string, WorthRow[]>();
  for (const row of rows) parts.set(row.heldOut, [...(parts.get(row.heldOut) ?? []), row]);
  return [...parts.values()].map((part) => {
    const mixed = new Set(part.map(({ unit }) => unit)).size > 1;
    const columns = columnsOf(part, mixed);
    const lines = part.map((row) => columns.map(({ cell }) => cell(row)));
    const heading = `Is it worth it? On the same held-out part of ${part[0].source}:`;
    return `${heading}\n${table([columns.map(({ title }) => title), ...lines])}`;
  });
}

interface Column {
  title: string;
  cell(row: WorthRow): string;
}

function columnsOf(rows: WorthRow[], mixed: boolean): Column[] {
  const has = (name: keyof WorthRow): boolean => rows.some((row) => row[name] !== undefined);
  const columns: Column[] = [
    { title: 'model', cell: ({ name, id }) => (id === undefined ? name : `${name} (${id})`) },
    { title: 'kind', cell: ({ kind }) => kind },
  ];
  if (mixed) columns.push({ title: 'token', cell: ({ unit }) => unit });
  if (has('bitsPerCharacter')) {
    columns.push({ title: 'bits/character', cell: ({ bitsPerCharacter }) => figure(bitsPerCharacter) });
  } else {
    columns.push({ title: 'loss', cell: ({ validationLoss }) => figure(validationLoss) });
  }
  // Perplexities of words and of characters do not compare.
  if (has('perplexity') && !mixed)
    columns.push({ title: 'perplexity', cell: ({ perplexity }) => figure(perplexity, 2) });
  if (has('accuracy')) columns.push({ title: 'accuracy', cell: ({ accuracy }) => percent(accuracy) });
  if (has('precision')) columns.push({ title: 'precision', cell: ({ precision }) => percent(precision) });
  if (has('recall')) columns.push({ title: 'recall', cell: ({ recall }) => percent(recall) });
  if (has('f1')) columns.push({ title: 'F1', cell: ({ f1 }) => figure(f1, 3) });
  if (has('rmse')) columns.push({ title: 'error (RMSE)', cell: ({ rmse }) => figure(rmse) });
  columns.push(
    { title: 'weights or counts', cell: ({ parameters }) => (parameters === undefined ? '–' : whole(parameters)) },
    { title: 'training', cell: ({ seconds }) => (seconds === undefined ? '–' : shortTime(seconds)) },
  );
  return columns;
}

/** Baselines take less than a second. */
function shortTime(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(2)}s` : duration(seconds);
}
