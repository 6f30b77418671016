import { promises as fs } from 'node:fs';
import type { Command } from 'commander';
import type { WordVectors } from '../../core/embeddings/word-vectors';
import { UserError } from '../../core/errors';
import { RUN_PREFIX } from '../../core/recipe';
import type { VectorSource } from '../../protocol/word-vectors';
import { locateVectors, readSource } from '../../worker/vector-sources';
import { findRun, numberOption, withJson, withRuns } from '../session';

export const VECTORS =
  'word vectors: a run (its folder, id, "last" or run:NAME), or a file (word2vec text or binary, GloVe, fastText)';

export interface VectorOptions {
  runs: string;
  words?: number;
  json?: boolean;
}

/** The options of all commands that read vectors. */
export function withVectors(command: Command): Command {
  const words = numberOption('--words', 1, 1e8, true);
  return withJson(withRuns(command.option('--words <n>', 'read only so many words, the first of the file', words)));
}

/** The vectors that a person names. Throws UserError and WrongUse. */
export async function openNamed(name: string, options: VectorOptions): Promise<WordVectors> {
  return readSource(await locateNamed(name, options), options.words);
}

/** What a person means; what is neither file nor folder may be the id of a run. Throws UserError and WrongUse. */
export async function locateNamed(name: string, { runs }: Pick<VectorOptions, 'runs'>): Promise<VectorSource> {
  const there = name.startsWith(RUN_PREFIX) || (await exists(name));
  if (!there && !/^[a-z0-9-]+$/.test(name))
    throw new UserError(`There is no file or run ${name}: name a file of word vectors, or a run that learned some.`);
  return there ? locateVectors(name, runs) : { run: await findRun(name, runs) };
}

async function exists(name: string): Promise<boolean> {
  return fs.stat(name).then(
    () => true,
    () => false,
  );
}
