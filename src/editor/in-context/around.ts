import type { LabelledOccurrence } from '../../protocol/in-context';

/** Code units that are shown on either side of a word. */
const ROOM = 24;

/** An occurrence with the words around it, whole ones as far as they fit, and … where the line goes on. */
export function around(line: string, start: number, end: number): Omit<LabelledOccurrence, 'line'> {
  const [left, right] = [line.slice(0, start).trimStart(), line.slice(end).trimEnd()];
  return { before: lastWords(left), word: line.slice(start, end), after: firstWords(right) };
}

function lastWords(text: string): string {
  if (text.length <= ROOM) return text;
  const cut = text.slice(-ROOM - 1);
  const blank = cut.search(/\s(?=.*\S)/u);
  return `…${(blank >= 0 ? cut.slice(blank + 1) : cut.slice(1)).replace(/^[\uDC00-\uDFFF]/u, '')}`;
}

function firstWords(text: string): string {
  if (text.length <= ROOM) return text;
  const cut = text.slice(0, ROOM + 1);
  const blank = cut.search(/\s\S*$/u);
  return `${(blank > 0 ? cut.slice(0, blank) : cut.slice(0, -1)).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
