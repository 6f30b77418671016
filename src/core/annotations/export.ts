import { toConll } from '../text/tagged/conll';
import { toHtml, type HighlightedLine } from '../text/tagged/html';
import { jsonLinesOf, sentencesOf } from './annotated-lines';
import type { LabelScheme } from './sidecar';

export type { HighlightedLine };

/** Formats that tags are exported in, with the usual ending of a file's name. */
export const exportFormats = { html: 'html', conll: 'conll', spans: 'jsonl' } as const;
export type ExportFormat = keyof typeof exportFormats;

/** Lines and their spans as a page, as columns with tags (BIO for entities), or as JSON lines. */
export function exportTags(
  format: ExportFormat,
  title: string,
  lines: readonly HighlightedLine[],
  scheme?: LabelScheme,
): string {
  if (format === 'html') return toHtml(title, lines);
  if (format === 'spans') return jsonLinesOf(lines);
  return sentencesOf(lines, scheme).map(toConll).join('');
}
