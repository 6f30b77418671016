import { Contender, type Launch } from './contender';
import { everyoneInTurn, type Taker } from './in-turn';
import type { Comparison, Entrant, Figure } from './rows';
import { summarise } from './statistics';
import { agrees, outputsOf, type Work } from './works';

/** How long to measure. */
export interface Effort {
  /** Seconds for the whole comparison, starting the processes included. */
  seconds: number;
  /** Turns that each contender gets at least, however long they take. */
  leastRounds: number;
}

/** A contender's turn lasts about so long, in milliseconds, so that a fast one gets more measurements a round. */
const TURN = 120;
const MOST_MEASUREMENTS_A_TURN = 50;
/** Milliseconds between turns. */
const PAUSE = 15;
/** A model that knows nothing yet is wrong by the logarithm of the number of answers, give or take this, in nats. */
const LOSS_TOLERANCE = 1;

interface Runner extends Taker {
  entrant: Entrant;
  contender: Contender;
  times: number[];
  /** Milliseconds of the quickest measurement so far, as they pass on the clock. */
  quickest: number;
}

/**
 * Measures all entrants by turns, A B C A B C …, each in a process of its own that lives from the first round to the
 * last. One that fails is left out, with its reason.
 */
export async function compare(
  work: Work,
  threads: number,
  entrants: readonly Entrant[],
  launchOf: (entrant: Entrant) => Launch,
  { seconds, leastRounds }: Effort,
): Promise<Comparison> {
  const end = performance.now() + seconds * 1000;
  const runners = entrants.map((entrant): Runner => {
    return { entrant, contender: new Contender(launchOf(entrant), threads), times: [], quickest: Infinity };
  });
  try {
    await everyoneInTurn(runners, PAUSE, (runner) => warmUp(runner, work));
    for (let round = 0; round < leastRounds || performance.now() < end; round++) {
      if (runners.every(({ failure }) => failure !== undefined)) break;
      await everyoneInTurn(runners, PAUSE, async (runner) => {
        runner.times.push(...(await measure(runner, work, measurementsIn(TURN, runner.quickest))));
      });
    }
    const figures: Figure[] = [];
    await everyoneInTurn(runners, PAUSE, async (runner) => void figures.push(await figureOf(runner)));
    const skipped = runners.flatMap(({ entrant, failure }) =>
      failure === undefined ? [] : [{ entrant, reason: failure }],
    );
    return { work, threads, figures, skipped };
  } finally {
    await Promise.all(runners.map(({ contender }) => contender.close()));
  }
}

/** Builds the model, checks that it is the one that was asked for, and lets it run once. */
async function warmUp(runner: Runner, work: Work): Promise<void> {
  const { parameters, loss } = await runner.contender.ask('prepare', JSON.stringify(work));
  if (!agrees(work, parameters)) throw new Error(`it built another model, of ${parameters} parameters`);
  if (!(Math.abs(loss - Math.log(outputsOf(work))) < LOSS_TOLERANCE)) {
    throw new Error(`its first loss, ${loss}, is not that of a model that knows nothing`);
  }
  await measure(runner, work, 1);
}

/** @returns milliseconds of `count` measurements */
async function measure(runner: Runner, work: Work, count: number): Promise<number[]> {
  const times = await runner.contender.ask('run', String(count));
  // A sampling measurement is the mean over so many tokens.
  const each = work.task === 'sample' ? work.length : 1;
  runner.quickest = Math.min(runner.quickest, ...times.map((time) => time * each));
  return times;
}

/** How many measurements of so many milliseconds a turn has; one at least. */
export function measurementsIn(turn: number, each: number): number {
  return Math.max(1, Math.min(MOST_MEASUREMENTS_A_TURN, Math.floor(turn / each)));
}

async function figureOf({ entrant, contender, times }: Runner): Promise<Figure> {
  return { entrant, time: summarise(times), memory: await contender.ask('memory') };
}
