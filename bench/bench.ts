import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../src/core/errors';
import { ENGINES, type BenchOptions, type Engine } from './arguments';
import { Contender, type Launch } from './contender';
import { describeMachine } from './machine';
import { comparisonTable, scalingTable, summaryTable } from './report';
import { compare, type Effort } from './rounds';
import { entrantsFor, nameOf, rowsOf, type Comparison, type Entrant } from './rows';
import { scalingWorks, works, type PeerName, type Work } from './works';

/** What became of each peer that was asked for: how it is started, or why it is not there. */
export type FoundPeers = Partial<Record<PeerName, Launch | string>>;

interface Cell {
  work: Work;
  threads: number;
}

/** Seconds for all of `--quick`, and for one comparison without it. */
const QUICK_SECONDS = 120;
const SECONDS_A_COMPARISON = 25;
const SECONDS_A_SIZE = 8;

/** Works and thread counts that the options ask for. */
export function cellsFor({ quick, scaling, only, threads }: BenchOptions): Cell[] {
  const chosen = (scaling ? scalingWorks : works).filter(
    (work) => (!quick || scaling || work.quick) && (only === undefined || `${work.work} ${work.size}`.includes(only)),
  );
  if (chosen.length === 0) throw new UserError(`No work's name and size contain "${only}".`);
  return chosen.flatMap((work) =>
    threads.filter((count) => work.threads?.includes(count) ?? true).map((count) => ({ work, threads: count })),
  );
}

/**
 * Measures everything that was asked for and prints the tables.
 * @param say gets a line at each step
 * @returns what was measured
 */
export async function runBench(
  options: BenchOptions,
  peers: FoundPeers,
  say: (line: string) => void,
): Promise<Comparison[]> {
  const deadline = performance.now() + QUICK_SECONDS * 1000;
  const cells = cellsFor(options);
  const launchOf = (entrant: Entrant) => ('peer' in entrant ? (peers[entrant.peer] as Launch) : oursLaunch(entrant));
  const present = await greetAll(options, peers, launchOf, cells);
  const engines = options.scaling ? present.engines.slice(0, 1) : present.engines;
  const machine = [...describeMachine(present.versions), ...present.absent.map((reason) => `Skipped: ${reason}.`)];
  machine.forEach(say);

  const comparisons: Comparison[] = [];
  // The largest come last in the list and are measured first: what they take too long is made up for by the others.
  for (const [left, { work, threads }] of [...cells.entries()].reverse()) {
    say(`${work.work} ${work.size}, ${threads} ${threads === 1 ? 'thread' : 'threads'} (${left} to go)`);
    const entrants = entrantsFor(work, engines, present.peers).filter(
      (entrant) => !options.scaling || isShipped(entrant),
    );
    const effort = effortFor(options, (deadline - performance.now()) / 1000 / (left + 1));
    comparisons.unshift(await compare(work, threads, entrants, launchOf, effort));
  }
  const rows = rowsOf(comparisons);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  const report = reportOf(comparisons, machine, options.scaling);
  process.stdout.write(report);
  if (options.table !== undefined) writeFileSync(options.table, report);
  return comparisons;
}

const isShipped = (entrant: Entrant) => 'peer' in entrant || entrant.algorithm === 'as-shipped';

function effortFor({ quick, scaling }: BenchOptions, secondsLeft: number): Effort {
  if (quick) return { seconds: Math.min(SECONDS_A_COMPARISON, secondsLeft), leastRounds: 3 };
  return scaling ? { seconds: SECONDS_A_SIZE, leastRounds: 3 } : { seconds: SECONDS_A_COMPARISON, leastRounds: 5 };
}

function reportOf(comparisons: readonly Comparison[], machine: readonly string[], scaling: boolean): string {
  const tables = scaling
    ? [scalingTable(comparisons)]
    : [...comparisons.map(comparisonTable), summaryTable(comparisons)];
  const how =
    'Interleaved turns in one run. Ratios: peer over ours, by medians (by minima in brackets); above 1 ours is faster.';
  return `${[machine.join('\n'), how, ...tables].join('\n\n')}\n`;
}

const oursLaunch = ({ engine, algorithm }: Extract<Entrant, { engine: Engine }>): Launch => ({
  command: process.execPath,
  args: [join(__dirname, 'ours.js'), engine, algorithm, '{threads}'],
});

/** Starts everyone once, to know who is there before anything is measured. */
async function greetAll(
  options: BenchOptions,
  peers: FoundPeers,
  launchOf: (entrant: Entrant) => Launch,
  cells: readonly Cell[],
) {
  const engines: Engine[] = [];
  const takingPart: PeerName[] = [];
  const versions: string[] = [];
  const absent: string[] = [];
  const greet = async (entrant: Entrant, there: () => void) => {
    try {
      const { version } = await versionOf(launchOf(entrant));
      if (!versions.includes(version)) versions.push(version);
      there();
    } catch (error) {
      absent.push(`${nameOf(entrant)}: ${(error as Error).message.replace(/\.$/, '')}`);
    }
  };
  for (const engine of ENGINES.filter((one) => options.engines.includes(one))) {
    await greet({ engine, algorithm: 'as-shipped' }, () => engines.push(engine));
  }
  for (const peer of options.peers.filter((one) => cells.some(({ work }) => work.peers.includes(one)))) {
    const found = peers[peer];
    if (typeof found === 'object') await greet({ peer }, () => takingPart.push(peer));
    else absent.push(`${peer}: ${found ?? 'not looked for'}`);
  }
  if (engines.length === 0) throw new UserError(`None of our engines runs here: ${absent.join('; ')}.`);
  return { engines, peers: takingPart, versions, absent };
}

async function versionOf(launch: Launch): Promise<{ version: string }> {
  const contender = new Contender(launch, 1);
  try {
    return await contender.ask('hello');
  } finally {
    await contender.close();
  }
}

export { parseArguments, PEERS, USAGE } from './arguments';
