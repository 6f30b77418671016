import type { DoctorReport } from '../../protocol/worker';

/** The report as a Markdown document, for people and for bug reports; it names no user and no path but the notes'. */
export function doctorMarkdown(report: DoctorReport): string {
  const { version, node, platform, processors, chosen, notes, backends } = report;
  const rows = backends.map(({ name, available, detail, threads, charactersPerSecond }) => [
    name === chosen ? `**${name}**` : name,
    available ? 'yes' : 'no',
    threads === undefined ? '' : String(threads),
    charactersPerSecond === undefined ? '' : Math.round(charactersPerSecond).toLocaleString('en-US'),
    detail,
  ]);
  return [
    '# What This Machine Can Do',
    '',
    `Sequence Lab ${version} · Node ${node} · ${platform} · ${processors} processors`,
    '',
    `Training uses **${chosen}**. The speed is that of training a small LSTM.`,
    '',
    table(['backend', 'available', 'threads', 'characters/s', 'detail'], rows),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${oneLine(note)}`)] : []),
    '',
  ].join('\n');
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => oneLine(cell).replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
