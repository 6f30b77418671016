import { join } from 'node:path';
import { Contender, type Launch } from '../contender';
import { everyoneInTurn, type Taker } from '../in-turn';
import { describeMachine } from '../machine';
import { summarise, type Summary } from '../statistics';
import { markdownTable, significant } from '../table';
import { MODELS, type WordJob } from './job';

export interface WordBenchOptions {
  /** The text, see WordJob. */
  text: Omit<WordJob, 'model'>;
  threads: number[];
  /** Seconds for everything. */
  seconds: number;
  /** How each peer is started, or why it is not there. */
  peers: Record<'gensim' | 'fasttext', Launch | string>;
}

interface Runner extends Taker {
  name: string;
  contender: Contender;
  times: number[];
}

/** Milliseconds between turns: threads spin for longer here. */
const PAUSE = 100;
const LEAST_ROUNDS = 2;

/**
 * Measures words a second of learning, ours native and in WebAssembly beside gensim and the fastText library, by turns in
 * processes that live as long as the comparison. Returns the tables; `say` gets a line at each step.
 */
export async function benchWords(options: WordBenchOptions, say: (line: string) => void): Promise<string> {
  const end = performance.now() + options.seconds * 1000;
  const cells = options.threads.flatMap((threads) => MODELS.map((model) => ({ threads, model })));
  const versions = new Set<string>();
  const tables: string[] = [];
  for (const [done, { threads, model }] of cells.entries()) {
    say(`${model}, ${threads} ${threads === 1 ? 'thread' : 'threads'} (${cells.length - done} to go)`);
    const seconds = (end - performance.now()) / 1000 / (cells.length - done);
    const runners = await measure({ ...options.text, model }, threads, options.peers, seconds, versions);
    tables.push(tableOf(model, threads, options.text.words, runners));
  }
  const missing = Object.entries(options.peers).flatMap(([name, found]) =>
    typeof found === 'string' ? [`Skipped: ${name}: ${found}.`] : [],
  );
  const how =
    'Raw words a second of learning by the median (best in brackets) of interleaved turns in one run; above 1 ours is faster.';
  return [[...describeMachine([...versions]), ...missing].join('\n'), how, ...tables].join('\n\n');
}

async function measure(
  job: WordJob,
  threads: number,
  { gensim, fasttext }: WordBenchOptions['peers'],
  seconds: number,
  versions: Set<string>,
): Promise<Runner[]> {
  const end = performance.now() + seconds * 1000;
  const ours = (engine: string): Launch => ({
    command: process.execPath,
    args: [join(__dirname, 'words-ours.js'), engine, '{threads}'],
  });
  const launches = {
    native: ours('native'),
    relaxed: ours('relaxed'),
    gensim,
    ...(job.model === 'fasttext' && { fasttext }),
  };
  const runners = Object.entries(launches).flatMap(([name, launch]): Runner[] =>
    typeof launch === 'string' ? [] : [{ name, contender: new Contender(launch, threads), times: [] }],
  );
  try {
    await everyoneInTurn(runners, PAUSE, async ({ contender }) => {
      versions.add((await contender.ask('hello')).version);
      await contender.ask('learn', JSON.stringify(job));
    });
    const begin = performance.now();
    let each = 0;
    for (let round = 0; round < LEAST_ROUNDS || performance.now() + each < end; round++) {
      await everyoneInTurn(
        runners,
        PAUSE,
        async ({ contender, times }) => void times.push(...(await contender.ask('run', '1'))),
      );
      each = (performance.now() - begin) / (round + 1);
    }
    return runners;
  } finally {
    await Promise.all(runners.map(({ contender }) => contender.close()));
  }
}

function tableOf(model: string, threads: number, words: number, runners: readonly Runner[]): string {
  const figures = runners.flatMap(({ name, times, failure }) =>
    failure === undefined ? [{ name, time: summarise(times) }] : [],
  );
  const peers = figures.filter(({ name }) => name === 'gensim' || name === 'fasttext');
  const speed = (milliseconds: number) => Math.round((words / milliseconds) * 1000).toLocaleString('en');
  const rows = figures.map(({ name, time }) => [
    name,
    `${speed(time.median)} (${speed(time.minimum)})`,
    String(time.count),
    ...peers.map((peer) => (peer.name === name ? '–' : ratio(time, peer.time))),
  ]);
  const failures = runners.flatMap(({ name, failure }) => (failure ? [`Skipped: ${name}: ${failure}.`] : []));
  const head = ['words a second', 'median (best)', 'of', ...peers.map(({ name }) => `× ${name}`)];
  const title = `### ${model}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return [title, markdownTable(head, rows), ...failures].join('\n\n');
}

const ratio = (ours: Summary, theirs: Summary): string =>
  `${significant(theirs.median / ours.median)} (${significant(theirs.minimum / ours.minimum)})`;
