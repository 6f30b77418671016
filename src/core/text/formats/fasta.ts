import { LabelledTexts, lineError, linesOf, needsLabels, quoted, Slices, type FormatReader } from './format';

/**
 * FASTA: a header line that begins with ">", then the sequence on one line or more. The label is a field of the header:
 * `source.label` is its name (key=value, or [key=value]) or its number (1 is the identifier; fields are parted by spaces
 * or "|"); when empty, the second field.
 */
export const readFasta: FormatReader = function* (file) {
  const { label, source, task } = file;
  const slices = new Slices();
  const examples = new LabelledTexts(file);
  let record: { header: string; line: number; parts: string[] } | undefined;
  const finish = (): void => {
    if (record === undefined) return;
    const text = record.parts.join('');
    if (text === '')
      throw lineError(label, record.line, 'there is no sequence below this header; add it or delete the line');
    const found = needsLabels(task) ? headerField(record.header, source.label) : undefined;
    const where =
      source.label === '' ? 'as second field of the header' : `as field ${quoted(source.label)} of the header`;
    examples.add(text, found === undefined ? [] : [found], record.line, where);
  };
  for (const { line, number } of linesOf(file.text)) {
    if (slices.due(line.length)) yield;
    if (line.startsWith('>')) {
      finish();
      record = { header: line.slice(1), line: number, parts: [] };
    } else if (line.trim() !== '' && !line.startsWith(';')) {
      if (record === undefined)
        throw lineError(label, number, 'a FASTA file begins with a header line, such as >name class');
      record.parts.push(line.replace(/\s+/gu, ''));
    }
  }
  finish();
  return examples.examples;
};

function headerField(header: string, wanted: string): string | undefined {
  const fields = header.split(/[\s|]+/u).filter((field) => field !== '');
  if (wanted === '') return fields[1];
  if (/^\d+$/.test(wanted)) return fields[Number(wanted) - 1];
  const field = fields.map((part) => part.replace(/^\[|\]$/gu, '')).find((part) => part.startsWith(`${wanted}=`));
  return field?.slice(wanted.length + 1) || undefined;
}
