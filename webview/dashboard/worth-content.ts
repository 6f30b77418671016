import type { WorthRow } from '../../src/core/runs/worth';
import { formatCount, formatDuration, formatValue } from './format';
import { t, type StringKey } from './strings';
import type { TableContent } from '../common/table-content';

interface Column {
  title: StringKey;
  cell: (row: WorthRow) => string;
}

/** A table for each held-out part that something was measured on. */
export function worthTables(rows: readonly WorthRow[]): TableContent[] {
  const parts = new Map<string, WorthRow[]>();
  for (const row of rows) parts.set(row.heldOut, [...(parts.get(row.heldOut) ?? []), row]);
  return [...parts.values()].map((rowsOfPart) => {
    const part = inOrder(rowsOfPart);
    const columns = columnsOf(part);
    return {
      caption: t('worth.caption', { source: part[0].source }),
      columns: columns.map(({ title }) => t(title)),
      rows: part.map((row) => columns.map(({ cell }) => cell(row))),
    };
  });
}

/** The best first: of classifiers, what gets most right, since a sure and seldom wrong one may have a large loss. */
function inOrder(rows: WorthRow[]): WorthRow[] {
  // Rows of entities are in order as they come: most tokens are none, so that accuracy says little.
  if (!rows.some(({ f1 }) => f1 !== undefined) || rows.some(({ precision }) => precision !== undefined)) return rows;
  return [...rows].sort((a, b) => (b.accuracy ?? b.f1 ?? 0) - (a.accuracy ?? a.f1 ?? 0));
}

function columnsOf(rows: WorthRow[]): Column[] {
  const has = (name: keyof WorthRow) => rows.some((row) => row[name] !== undefined);
  const mixed = new Set(rows.map(({ unit }) => unit)).size > 1;
  const columns: Column[] = [
    { title: 'worth.model', cell: ({ name }) => name },
    { title: 'worth.kind', cell: ({ kind }) => t(`worth.${kind}`) },
  ];
  if (mixed) columns.push({ title: 'worth.token', cell: ({ unit }) => unit });
  if (has('bitsPerCharacter')) {
    columns.push({ title: 'axis.bits', cell: ({ bitsPerCharacter }) => formatValue(bitsPerCharacter) });
  } else {
    columns.push({ title: 'worth.loss', cell: ({ validationLoss }) => formatValue(validationLoss) });
  }
  // Perplexities of words and of characters do not compare.
  if (has('perplexity') && !mixed && !has('f1')) {
    columns.push({ title: 'axis.perplexity', cell: ({ perplexity }) => formatValue(perplexity) });
  }
  if (has('accuracy')) columns.push({ title: 'key.accuracy', cell: ({ accuracy }) => formatValue(accuracy) });
  if (has('precision')) columns.push({ title: 'classes.precision', cell: ({ precision }) => formatValue(precision) });
  if (has('recall')) columns.push({ title: 'classes.recall', cell: ({ recall }) => formatValue(recall) });
  if (has('f1')) columns.push({ title: 'key.f1', cell: ({ f1 }) => formatValue(f1) });
  if (has('rmse')) columns.push({ title: 'worth.rmse', cell: ({ rmse }) => formatValue(rmse) });
  columns.push(
    { title: 'worth.parameters', cell: ({ parameters }) => (parameters === undefined ? '–' : formatCount(parameters)) },
    { title: 'worth.seconds', cell: ({ seconds }) => (seconds === undefined ? '–' : took(seconds)) },
  );
  return columns;
}

/** Baselines take less than a second. */
function took(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(2)} s` : formatDuration(seconds);
}
