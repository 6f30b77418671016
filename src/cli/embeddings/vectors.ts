import type { Command } from 'commander';
import { numberOption, withJson } from '../session';

export const FILE = 'word vectors: word2vec text or binary, GloVe, fastText .vec or .bin';

export interface FileOptions {
  words?: number;
  json?: boolean;
}

/** The options of all commands that read vectors. */
export function withVectors(command: Command): Command {
  return withJson(
    command.option(
      '--words <n>',
      'read only so many words, the first of the file',
      numberOption('--words', 1, 1e8, true),
    ),
  );
}
