import path from 'node:path';
import { annotatedLines, reviewedLines, sentencesOf } from '../core/annotations/annotated-lines';
import { SIDECAR_SUFFIX } from '../core/annotations/sidecar';
import { UserError } from '../core/errors';
import { detectFormat } from '../core/text/detect';
import { taggedReaders } from '../core/text/formats/tagged';
import type { HighlightedLine } from '../core/text/tagged/html';
import { spansOf } from '../core/text/tagged/spans';
import type { TaggedText } from '../core/text/tagged/tagged-text';
import { hasSidecar, readAnnotated, sidecarPath, type Annotated } from '../worker/annotations';
import { linesOf } from './lines';

type ReadFormat = keyof typeof taggedReaders;
const readFormats = Object.keys(taggedReaders) as ReadFormat[];

/** How tagged sentences are written in a file, or beside it. */
export const inputFormats = [...readFormats, 'sidecar'] as const;
export type InputFormat = (typeof inputFormats)[number];

/** Tagged sentences, and the lines that they come from. */
export interface TaggedInput {
  /** What people call the file. */
  label: string;
  sentences: TaggedText[];
  lines: HighlightedLine[];
  warnings: string[];
}

/**
 * Reads tagged sentences.
 *
 * @param file a file, "-", a text with annotations beside it, or those annotations
 * @param which lines of an annotated text: all, or those that somebody read
 */
export async function readTagged(
  file: string,
  from: InputFormat | 'auto',
  which: 'all' | 'reviewed',
): Promise<TaggedInput> {
  const label = file === '-' ? 'Standard input' : path.basename(file);
  if (from === 'sidecar' || (from === 'auto' && file.endsWith(SIDECAR_SUFFIX))) return readBeside(file, which);
  const text = await textOf(file);
  const format = from === 'auto' ? formatOf(text, label) : from;
  if (format === undefined) {
    if (file !== '-' && (await hasSidecar(file))) return readBeside(file, which);
    const { reason } = detectFormat(text.slice(0, 65_536), label);
    throw new UserError(`${reason.replace(/\.$/, '')}: name the format of its tags with --from.`);
  }
  const work = taggedReaders[format](text, label);
  let slice = work.next();
  while (slice.done !== true) slice = work.next();
  const sentences = slice.value;
  return { label, sentences, lines: sentences.map(spansOf), warnings: [] };
}

/** A text and its annotations, named by either of the two. Throws UserError. */
export async function annotatedFile(file: string): Promise<Annotated & { label: string }> {
  const text = textBeside(file);
  const label = path.basename(text);
  const source = { kind: 'file', path: text, label } as const;
  return { label, ...(await readAnnotated(source, sidecarPath(text), { shouldStop: () => false })) };
}

/** The text of a file of annotations; every other file is the text itself. */
export function textBeside(file: string): string {
  return file.endsWith(SIDECAR_SUFFIX) ? file.slice(0, -SIDECAR_SUFFIX.length) : file;
}

async function readBeside(file: string, which: 'all' | 'reviewed'): Promise<TaggedInput> {
  const { label, text, sidecar, warnings } = await annotatedFile(file);
  const lines = which === 'all' ? annotatedLines(text, sidecar) : reviewedLines(text, sidecar);
  return { label, lines, sentences: sentencesOf(lines, sidecar.scheme), warnings };
}

function formatOf(text: string, label: string): ReadFormat | undefined {
  const { format } = detectFormat(text.slice(0, 65_536), label);
  return readFormats.find((name) => name === format);
}

async function textOf(file: string): Promise<string> {
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  return lines.join('\n');
}
