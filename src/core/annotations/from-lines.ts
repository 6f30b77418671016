import { UserError } from '../errors';
import type { HighlightedLine } from '../text/tagged/html';
import { anchorAt } from './anchor';
import { isLabel, type Annotation, type LabelScheme, type Sidecar } from './sidecar';

/**
 * A text with the annotations of its lines; lines without a span count as read. Throws UserError where a label cannot be
 * one.
 *
 * @param name what people call the file
 * @param scheme what their labels are of
 */
export function sidecarOfLines(
  lines: readonly HighlightedLine[],
  name: string,
  scheme?: LabelScheme,
): { text: string; sidecar: Sidecar } {
  const text = lines.map((line) => `${line.text}\n`).join('');
  const spans: Annotation[] = [];
  const sidecar: Sidecar = { ...(scheme && { scheme }), labels: [], spans, reviewed: [] };
  let from = 0;
  for (const line of lines) {
    for (const { start, end, label } of line.spans) {
      if (!isLabel(label)) {
        throw new UserError(`${name} has the label ${JSON.stringify(label)}: give every entity a type without blanks.`);
      }
      spans.push({ ...anchorAt(text, from + start, from + end), label, state: 'accepted' });
    }
    if (line.spans.length === 0) sidecar.reviewed.push(anchorAt(text, from, from + line.text.length));
    from += line.text.length + 1;
  }
  sidecar.labels = [...new Set(spans.map(({ label }) => label))].sort();
  return { text, sidecar };
}
