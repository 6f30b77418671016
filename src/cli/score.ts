import { createReadStream } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { UserError } from '../core/errors';
import { TextNormaliser } from '../core/text/normalise';
import { Utf8Reader } from '../core/text/utf8';
import type { ScoreLine } from '../protocol/worker';
import { explain } from '../worker/files';
import { findRun, withJson, withRuns, withWorker } from './session';
import { figure, openOutput, type Output } from './terminal';

/** Lines that are scored at once: a few milliseconds each. */
const LINES = 32;
/** Longest line, in characters; its tokens are held in memory one by one. */
const LONGEST_LINE = 1_000_000;

export function scoreCommand(): Command {
  const command = new Command('score')
    .description('log-probability, perplexity and bits per character of each line')
    .argument('<run>', 'a run folder, an id, the beginning of one, or "last"')
    .argument('[file]', 'text, a line at a time; "-" is standard input', '-');
  return withJson(withRuns(command)).action(score);
}

async function score(run: string, file: string, options: { runs: string; json?: boolean }): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  await withWorker({ role: 'predict' }, async ({ channel }) => {
    output.say('log-prob\tperplexity\tbits/char\ttext');
    let waiting: string[] = [];
    const flush = async (): Promise<void> => {
      const lines = waiting;
      waiting = [];
      if (lines.length > 0)
        (await channel.request('score', { run: folder, lines })).forEach((line) => tell(line, output));
    };
    for await (const line of linesOf(file)) {
      waiting.push(line);
      if (waiting.length === LINES) await flush();
    }
    await flush();
  });
}

function tell(line: ScoreLine, output: Output): void {
  const { text, logProbability, perplexity, bitsPerCharacter } = line;
  output.emit(line);
  output.say([figure(logProbability, 3), figure(perplexity, 3), figure(bitsPerCharacter, 3), text].join('\t'));
}

/** The lines of a file or of standard input. Throws UserError when it is no UTF-8 text. */
async function* linesOf(file: string): AsyncGenerator<string> {
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
