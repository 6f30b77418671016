import { UserError } from '../core/errors';
import { RUN_FILES } from '../core/runs/record';
import type { SampleOptions, SampleResult } from '../protocol/worker';
import { readExampleFile } from './example-file';
import type { Loaded } from './loaded-model';
import { RunFolder } from './run-folder';

/** Digits of a forecast value. */
const DIGITS = 6;

/**
 * Forecasts the series of a run: `length` steps behind its end, as comma-separated values with a heading. Temperature,
 * seed and the like have no meaning here. Throws UserError and Cancelled.
 */
export async function forecastSeries(
  { answers, record }: Loaded,
  { run, length, prompt }: SampleOptions,
  signal: AbortSignal,
  onText: (sample: number, text: string) => void,
): Promise<SampleResult> {
  if (answers.task !== 'series') throw new Error('Only a series has a forecast.');
  const folder = new RunFolder(run);
  const source =
    prompt === undefined
      ? ({ kind: 'file', path: folder.file(RUN_FILES.source), label: record.source.label } as const)
      : ({ kind: 'text', text: prompt, label: 'The prompt' } as const);
  const options = { shouldStop: () => signal.aborted };
  const history = await readExampleFile(source, record.recipe, record.data?.format ?? 'numbers', options);
  if (history.kind !== 'series')
    throw new UserError(`${source.label} holds no numeric columns: use a table of numbers.`);
  const rows = answers.forecast(history.values, length);
  const number = (value: number): string => String(Number(value.toPrecision(DIGITS)));
  const lines = [history.columns.join(','), ...rows.map((row) => Array.from(row, number).join(','))];
  const text = `${lines.join('\n')}\n`;
  onText(0, text);
  return { texts: [text] };
}
