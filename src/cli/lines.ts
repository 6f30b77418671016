import { createReadStream } from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/errors';
import { TextNormaliser } from '../core/text/normalise';
import { Utf8Reader } from '../core/text/utf8';
import { explain } from '../worker/files';

/** Longest line, in characters; its tokens are held in memory one by one. */
const LONGEST_LINE = 1_000_000;

/** The lines of a file, or of standard input for "-". Throws UserError when it is no UTF-8 text. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const label = file === '-' ? 'Standard input' : path.basename(file);
  const reader = new Utf8Reader(label);
  const normaliser = new TextNormaliser();
  let rest = '';
  const cut = (text: string): string[] => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      throw new UserError(
        `${label} has a line of more than ${LONGEST_LINE.toLocaleString('en-US')} characters: cut it into shorter lines.`,
      );
    }
    return lines;
  };
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      yield* cut(normaliser.push(reader.push(chunk as Buffer)));
    }
  } catch (error) {
    throw explain(error, 'Cannot read', label);
  }
  yield* cut(normaliser.push(reader.end()) + normaliser.end());
  if (rest !== '') yield rest;
}
