import { promises as fs } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { annotatedLines, learnedFrom, reviewedLines } from '../core/annotations/annotated-lines';
import { parseSidecar } from '../core/annotations/read-sidecar';
import { lostSentence, placeSidecar, SIDECAR_SUFFIX, type Sidecar } from '../core/annotations/sidecar';
import { UserError } from '../core/errors';
import { builtInRecipes } from '../core/recipe';
import type { Recipe } from '../core/recipe/schema';
import { taggedReaders } from '../core/text/formats/tagged';
import type { FormatGuess, Source } from '../protocol/worker';
import type { ResolvedFormat } from './example-file';
import { readLimited } from './files';
import { inSlices } from './running-text';
import { detectSource, readWhole } from './source';
import type { ReadOptions } from './text-reader';

/** Bytes that an annotated text, and its annotations, may have. */
const LARGEST = 100_000_000;

/** A text and its annotations, where they are in it. */
export interface Annotated {
  text: string;
  sidecar: Sidecar;
  /** One sentence where annotations are not in the text any more. */
  warnings: string[];
}

/** The file of annotations of a text. */
export function sidecarPath(file: string): string {
  return file + SIDECAR_SUFFIX;
}

/** Whether a text has annotations beside it. */
export async function hasSidecar(file: string): Promise<boolean> {
  const stat = await fs.stat(sidecarPath(file)).catch(() => undefined);
  return stat?.isFile() === true;
}

/**
 * Reads a text and its annotations. Throws UserError where either cannot be read, with line and column in the annotations,
 * and Cancelled.
 *
 * @param sidecarFile where the annotations are, if not beside the text
 */
export async function readAnnotated(source: Source, sidecarFile: string, options: ReadOptions): Promise<Annotated> {
  const text = await readWhole(source, LARGEST, options);
  const json = await readLimited(sidecarFile, LARGEST);
  const stored = parseSidecar(json.toString('utf8'), path.basename(sidecarFile), text);
  const sidecar = await inSlices(placeSidecar(text, stored), options);
  const lost = lostSentence(sidecar, source.label);
  return { text, sidecar, warnings: lost === undefined ? [] : [lost] };
}

/** What a tagger learns from an annotated text. */
interface AnnotatedSource extends ResolvedFormat {
  /** The lines that were read, as JSON lines with spans, or as columns where labels are of tokens. */
  source: Source;
  warnings: string[];
}

/**
 * The annotations of a text as something to learn from; undefined where a recipe learns something else or names a format,
 * where the text holds tags itself, and where it has no annotations beside it. Throws UserError and Cancelled.
 */
export async function annotatedSource(
  source: Source,
  { task, source: { format } }: Recipe,
  options: ReadOptions,
): Promise<AnnotatedSource | undefined> {
  const file = task === 'tagging' && format === 'auto' ? fileOf(source) : undefined;
  if (file === undefined || !(await hasSidecar(file)) || (await detectSource(source)).format in taggedReaders) {
    return undefined;
  }
  const { text, sidecar, warnings } = await readAnnotated(source, sidecarPath(file), options);
  const lines = reviewedLines(text, sidecar);
  const beside = path.basename(sidecarPath(file));
  if (lines.length === 0) {
    const some = annotatedLines(text, sidecar).some(({ reviewed }) => reviewed);
    throw new UserError(
      some
        ? `${beside} has no line in which each word has a label: label the other words too.`
        : `${beside} has no line that was read: annotate some of ${source.label} first.`,
    );
  }
  const { label, uri } = source;
  const learned = learnedFrom(lines, sidecar.scheme);
  return {
    source: { kind: 'text', text: learned.text, label, uri },
    format: learned.format,
    reason: `${label} has annotations beside it (${beside}): ${told(sidecar, lines.length)}.`,
    warnings,
  };
}

/** What a source seems to be, as `detectSource` says, unless it has annotations beside it. Throws UserError. */
export async function detectAnnotated(source: Source): Promise<FormatGuess> {
  const guess = await detectSource(source);
  const file = fileOf(source);
  if (file === undefined || guess.format in taggedReaders || !(await hasSidecar(file))) return guess;
  const taggers = builtInRecipes.filter(({ recipe }) => recipe.task === 'tagging').map(({ name }) => name);
  const beside = path.basename(sidecarPath(file));
  const found = await inAnnotations(source, file);
  const recipes = [...taggers, ...(guess.recipes ?? [])];
  const reason = `${source.label} has annotations beside it (${beside})${found}.`;
  return { format: 'sidecar', reason, recipe: recipes[0], recipes };
}

/** What the annotations hold; a file that cannot be read is told of by who trains on it. */
async function inAnnotations(source: Source, file: string): Promise<string> {
  try {
    const { text, sidecar } = await readAnnotated(source, sidecarPath(file), { shouldStop: () => false });
    return `: ${told(sidecar, reviewedLines(text, sidecar).length)}, a tagger fits`;
  } catch (error) {
    if (error instanceof UserError) return ', a tagger fits';
    throw error;
  }
}

function told({ spans, labels }: Sidecar, lines: number): string {
  const accepted = spans.filter(({ state, lost }) => state === 'accepted' && !lost).length;
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return `${count(accepted, 'span')} of ${count(labels.length, 'label')} in ${count(lines, 'line')} that were read`;
}

/** The file of a source, also where its text is on the screen. */
function fileOf(source: Source): string | undefined {
  if (source.kind === 'file') return source.path;
  return source.uri?.startsWith('file:') ? fileURLToPath(source.uri) : undefined;
}
