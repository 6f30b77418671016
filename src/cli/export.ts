import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { once } from 'node:events';
import { explain } from '../worker/files';
import { exportArpa, exportWeights } from '../worker/export-model';
import { readRun } from '../worker/run-list';
import { eventsToCsv } from './csv';
import { note, openOutput } from './terminal';

export const exportFormats = ['csv', 'arpa', 'safetensors'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Writes a run's measurements, n-grams or weights to a file or to standard output. Throws UserError. */
export async function exportRun(
  folder: string,
  { format, out, json }: { format: ExportFormat; out?: string; json: boolean },
): Promise<void> {
  if (format === 'csv') {
    const { events } = await readRun(folder, Infinity);
    const output = openOutput(json);
    for (const event of events) output.emit(event);
    if (!json) await writeAll(of(eventsToCsv(events)), out);
    return;
  }
  await writeAll(format === 'arpa' ? exportArpa(folder) : of(await exportWeights(folder)), out);
  if (out !== undefined) note(`Wrote ${out}`);
}

async function* of<T>(value: T): AsyncGenerator<T> {
  yield await Promise.resolve(value);
}

async function writeAll(parts: AsyncIterable<string | Uint8Array>, out: string | undefined): Promise<void> {
  const stream: Writable = out === undefined ? process.stdout : createWriteStream(out);
  let failure: unknown;
  if (out !== undefined) stream.on('error', (error) => (failure = error));
  for await (const part of parts) {
    if (failure) break;
    if (!stream.write(part)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined);
  }
  if (out !== undefined) await new Promise<void>((resolve) => stream.end(() => resolve()));
  if (failure) throw explain(failure, 'Cannot write to', out ?? '');
}
