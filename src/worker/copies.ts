import { Cancelled, UserError } from '../core/errors';
import { CopyFinder, type CopiedSpan } from '../core/generation/memorisation';
import { RUN_FILES } from '../core/runs/record';
import { normaliseText, TextNormaliser } from '../core/text/normalise';
import { RunFolder } from './run-folder';
import { readChunks } from './text-reader';

/** Characters of a text that are looked for. */
const LONGEST_TEXT = 200_000;

/**
 * The longest span of a text that the training text of a run holds word for word; null when not a character is shared.
 * Throws UserError and Cancelled.
 */
export async function findCopies(run: string, text: string, signal: AbortSignal): Promise<CopiedSpan | null> {
  const folder = new RunFolder(run);
  const { recipe, data, name } = await folder.readRecord();
  const sample = normaliseText(text).text;
  if (sample.length > LONGEST_TEXT) {
    throw new UserError(
      `The text has ${sample.length.toLocaleString('en-US')} characters and at most ${LONGEST_TEXT.toLocaleString('en-US')} are looked for: check a part of it.`,
    );
  }
  const file = data?.reference?.path ?? folder.file(RUN_FILES.source);
  if (!data?.reference && !(await folder.exists(RUN_FILES.source))) {
    throw new UserError(`${name} has no copy of its text any more, so nothing can be compared with it.`);
  }
  const fold = (part: string): string => (recipe.tokens.lowercase ? part.toLowerCase() : part);
  const finder = new CopyFinder(fold(sample));
  const normaliser = new TextNormaliser();
  try {
    for await (const chunk of readChunks(file, file, { shouldStop: () => signal.aborted })) {
      finder.push(fold(normaliser.push(chunk.text)));
    }
  } catch (error) {
    throw signal.aborted ? new Cancelled() : error;
  }
  finder.push(fold(normaliser.end()));
  return finder.longest ?? null;
}
