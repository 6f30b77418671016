import type { LabelledSpan } from './tagged-text';

/** A line with its labelled spans, in order and without overlaps. */
export interface HighlightedLine {
  text: string;
  spans: readonly LabelledSpan[];
}

/** Hues of the labels, in degrees, far from one another first; the next ones begin again. */
const HUES = [212, 28, 145, 330, 265, 55, 185, 0];

/** A whole page that needs nothing else: every label has a colour, its name behind each span, and a place in the legend. */
export function toHtml(title: string, lines: readonly HighlightedLine[]): string {
  const labels = [...new Set(lines.flatMap(({ spans }) => spans.map(({ label }) => label)))].sort();
  const counts = new Map<string, number>();
  for (const { label } of lines.flatMap(({ spans }) => spans)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const legend = labels.map((label) => `<li>${mark(label, counts.get(label) ?? 0, label, labels)}</li>`);
  const body = lines.map((line) => `<p dir="auto">${paragraph(line, labels)}</p>`);
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; --back: #ffffff; --text: #1c1c1c; --light: 88%; --ink: 22%; }
@media (prefers-color-scheme: dark) { :root { --back: #1e1e1e; --text: #e4e4e4; --light: 24%; --ink: 88%; } }
body { background: var(--back); color: var(--text); font: 1rem/1.9 system-ui, sans-serif; margin: 2rem auto; max-width: 50rem; padding: 0 1rem; }
p { margin: 0 0 .4rem; white-space: pre-wrap; overflow-wrap: break-word; }
mark { background: hsl(var(--hue) 70% var(--light)); border-radius: .25rem; color: var(--text); padding: .1rem .25rem; }
mark::after { color: hsl(var(--hue) 60% var(--ink)); content: attr(data-label); font-size: .7em; font-weight: 600; margin-inline-start: .35em; }
ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0 0 1.5rem; padding: 0; }
${HUES.map((hue, k) => `.l${k} { --hue: ${hue}; }`).join('\n')}
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<ul>
${legend.join('\n')}
</ul>
${body.join('\n')}
</body>
</html>
`;
}

function paragraph({ text, spans }: HighlightedLine, labels: readonly string[]): string {
  let html = '';
  let at = 0;
  for (const { start, end, label } of spans) {
    html += escapeHtml(text.slice(at, start)) + mark(text.slice(start, end), label, label, labels);
    at = end;
  }
  return html + escapeHtml(text.slice(at));
}

function mark(text: string, chip: string | number, label: string, labels: readonly string[]): string {
  const colour = labels.indexOf(label) % HUES.length;
  return `<mark class="l${colour}" data-label="${escapeHtml(String(chip))}">${escapeHtml(text)}</mark>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
