import type { Engine } from './arguments';
import type { Summary } from './statistics';
import type { Model, PeerName, Work } from './works';

/**
 * `as-shipped`: what the product runs. `same-algorithm`: without the table of projected tokens, so that the very same
 * multiplications are compared as the peers do.
 */
export type Algorithm = 'as-shipped' | 'same-algorithm';

/** Who takes part in a measurement. */
export type Entrant = { engine: Engine; algorithm: Algorithm } | { peer: PeerName };

/** One contender's figures for one work, in milliseconds. */
export interface Figure {
  entrant: Entrant;
  time: Summary;
  /** Most memory of the process, in bytes. */
  memory: number;
}

/** All that was measured side by side. */
export interface Comparison {
  work: Work;
  threads: number;
  figures: Figure[];
  /** Who could not take part, and why. */
  skipped: { entrant: Entrant; reason: string }[];
}

/** One element of the JSON file. Times are medians; a ratio above 1 says that ours is faster. */
export interface Row {
  work: string;
  size: string;
  threads: number;
  engine: Engine;
  algorithm: Algorithm;
  peer: PeerName;
  oursMs: number;
  peerMs: number;
  ratio: number;
}

/** Models whose layers read tokens, and so may read the table of projected ones. */
const RECURRENT: readonly Model[] = ['lstm', 'gru', 'rnn', 'layer-norm-lstm', 'bidirectional-lstm'];

/** Ways in which our engine does this work: both where the table of projected tokens makes a difference. */
export function algorithmsFor(work: Work): Algorithm[] {
  const usesTable =
    RECURRENT.includes(work.model) && work.task === 'train' && work.vocabulary < work.batch * work.length;
  return usesTable ? ['as-shipped', 'same-algorithm'] : ['as-shipped'];
}

/** Everyone who takes part in a work. */
export function entrantsFor(work: Work, engines: readonly Engine[], peers: readonly PeerName[]): Entrant[] {
  const ours = engines.flatMap((engine) => algorithmsFor(work).map((algorithm) => ({ engine, algorithm })));
  return [...ours, ...work.peers.filter((peer) => peers.includes(peer)).map((peer) => ({ peer }))];
}

/** A contender's name in tables and messages. */
export function nameOf(entrant: Entrant): string {
  if ('peer' in entrant) return entrant.peer;
  return entrant.algorithm === 'as-shipped' ? entrant.engine : `${entrant.engine}, same algorithm`;
}

/** Every one of ours against every peer. */
export function rowsOf(comparisons: readonly Comparison[]): Row[] {
  return comparisons.flatMap(({ work, threads, figures }) =>
    figures.flatMap(({ entrant: ours, time }) =>
      'peer' in ours ? [] : figures.flatMap((other) => rowAgainst({ work, threads, ours, time }, other)),
    ),
  );
}

function rowAgainst(
  {
    work,
    threads,
    ours,
    time,
  }: { work: Work; threads: number; ours: Extract<Entrant, { engine: Engine }>; time: Summary },
  other: Figure,
): Row[] {
  if (!('peer' in other.entrant)) return [];
  const oursMs = time.median;
  const peerMs = other.time.median;
  const { peer } = other.entrant;
  return [{ work: work.work, size: work.size, threads, ...ours, peer, oursMs, peerMs, ratio: peerMs / oursMs }];
}
