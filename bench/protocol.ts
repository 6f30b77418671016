import { createInterface } from 'node:readline';
import { peakMemory } from './memory';
import type { Work } from './works';

/**
 * How a contender, a process of its own, is spoken to: one line a request on its stdin, one line an answer on its stdout,
 * `ok JSON` or `error SENTENCE`. Other lines are a library's chatter. Requests:
 *
 * - `hello` → {version}: it is installed and loads
 * - `prepare WORK` → {parameters, loss}: the model is built and has done one step (loss in nats a token)
 * - `run N` → [ms, …]: N measurements; of a training step, or of one drawn token
 * - `memory` → bytes that the process took at most
 * - `learn WORDS` → {vocabulary, words}: in the place of `prepare` where word vectors are measured (see words/bench.ts); `run`
 *   then measures passes over so many words
 */
export interface Answers {
  hello: { version: string };
  prepare: { parameters: number; loss: number };
  run: number[];
  memory: number;
  learn: { vocabulary: number; words: number };
}

/** A contender's side of one work: does one thing to be measured at each call. */
export interface Prepared {
  parameters: number;
  loss: number;
  /** @returns milliseconds of `count` measurements */
  run(count: number): Promise<number[]> | number[];
}

export interface ContenderProgram {
  hello(): Promise<Answers['hello']>;
  prepare(work: Work): Promise<Prepared>;
}

/** Serves a contender that is written in TypeScript, until its stdin ends. */
export async function serve(program: ContenderProgram): Promise<void> {
  let prepared: Prepared | undefined;
  await serveRequests(async (request, rest): Promise<Answers[keyof Answers]> => {
    if (request === 'hello') return program.hello();
    if (request === 'memory') return peakMemory();
    if (request === 'prepare') {
      prepared = await program.prepare(JSON.parse(rest) as Work);
      return { parameters: prepared.parameters, loss: prepared.loss };
    }
    if (request === 'run' && prepared) return prepared.run(Number(rest));
    throw new Error(`cannot answer "${request}" now`);
  });
}

/** Answers requests until stdin ends. */
export async function serveRequests(answer: (request: string, rest: string) => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      process.stdout.write(`ok ${JSON.stringify(await answer(...splitRequest(line)))}\n`);
    } catch (error) {
      process.stdout.write(`error ${(error as Error).message.split('\n')[0]}\n`);
    }
  }
}

/** "prepare {…}" → ["prepare", "{…}"]. */
export function splitRequest(line: string): [string, string] {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
}

/** The answer in a line of a contender's output: its value, an Error, or undefined for chatter. */
export function readAnswer(line: string): { value: unknown } | Error | undefined {
  if (line.startsWith('error ')) return new Error(line.slice('error '.length));
  return line.startsWith('ok ') ? { value: JSON.parse(line.slice('ok '.length)) } : undefined;
}
