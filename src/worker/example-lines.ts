import { promises as fs } from 'node:fs';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import { exampleLines, fieldsOf, hasFields, type ExampleFields, type ExampleLine } from '../core/text/example-lines';
import { normaliseText } from '../core/text/normalise';
import { explained } from './files';
import { RunFolder } from './run-folder';

/** Bytes of a run's own file that its columns are told from. */
const HEAD = 4_000_000;

/**
 * Examples among lines of a file like the one that a run learned from; see `exampleLines`. Throws UserError.
 * @param header the first line of the file that they are of
 */
export async function examplesAmong(
  run: string,
  record: RunRecord,
  lines: readonly string[],
  header: string | undefined,
): Promise<ExampleLine[]> {
  const { recipe, data } = record;
  const format = data?.format ?? recipe.source.format;
  const fields = hasFields(format) ? await fieldsOfRun(new RunFolder(run), record, format) : undefined;
  const plain = (text: string): string => normaliseText(text).text;
  const how = { format, source: recipe.source, labels: data?.labels ?? [], fields };
  return exampleLines(lines.map(plain), header === undefined ? undefined : plain(header), how);
}

/** Undefined when the run has no copy of its file any more. */
async function fieldsOfRun(
  folder: RunFolder,
  { recipe }: RunRecord,
  format: string,
): Promise<ExampleFields | undefined> {
  if (!(await folder.exists(RUN_FILES.source))) return undefined;
  const file = folder.file(RUN_FILES.source);
  const head = await explained('Cannot read', file, async () => {
    const handle = await fs.open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      const text = buffer.subarray(0, bytesRead).toString('utf8');
      return bytesRead < HEAD ? text : text.slice(0, text.lastIndexOf('\n') + 1);
    } finally {
      await handle.close();
    }
  });
  return fieldsOf(head, format, recipe.source, file);
}
