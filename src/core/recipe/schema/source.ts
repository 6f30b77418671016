import { z } from 'zod';

/** Formats that a text can have; `core/text/formats` reads each. "auto" looks at the text and says what it found. */
export const sourceFormats = [
  'auto',
  'text',
  'lines',
  'label-text',
  'csv',
  'tsv',
  'jsonl',
  'numbers',
  'fasta',
  'abc',
  'conll',
  'conllu',
  'spans',
] as const;

const columnName = z.string().max(200);

export const source = z
  .strictObject({
    format: z
      .enum(sourceFormats)
      .default('auto')
      .describe(
        'How the file is read: running text, one example a line, label TAB text, a table, JSON lines, numeric columns, FASTA, ABC tunes, or tagged tokens (CoNLL, CoNLL-U, JSON lines with spans). "auto" looks at the file and says what it found.',
      ),
    text: columnName.default('').describe('Column or JSON field that holds the text; empty: the first that fits.'),
    label: columnName
      .default('')
      .describe('Column or JSON field that holds the label; empty: the first that fits. For ABC and FASTA: the field.'),
    labelSeparator: z
      .string()
      .max(10)
      .default('')
      .describe('What separates several labels of one example, such as ";" ; empty: one label each.'),
    columns: z
      .array(columnName)
      .max(1000)
      .default([])
      .describe('Numeric columns that are read, in this order; empty: all that hold numbers.'),
    sequence: columnName
      .default('')
      .describe('Column whose changes begin a new sequence of feature vectors; empty: the file is one series.'),
  })
  .describe('Where the examples come from.');
