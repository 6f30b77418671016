import { parseArgs } from 'node:util';
import { UserError } from '../src/core/errors';
import type { PeerName } from './works';

/** Builds of our engine, fastest first. */
export const ENGINES = ['native', 'relaxed', 'plain'] as const;
export type Engine = (typeof ENGINES)[number];

export const PEERS: readonly PeerName[] = ['pytorch', 'pytorch-cell', 'tfjs-node', 'tfjs-node-layers'];

/** What a person asked for. */
export interface BenchOptions {
  /** Only the three LSTM sizes, in under three minutes. */
  quick: boolean;
  /** Cost against size in place of the usual works. */
  scaling: boolean;
  /** File that gets the array of rows. */
  json?: string;
  /** File that gets the tables. */
  table?: string;
  threads: number[];
  engines: Engine[];
  peers: PeerName[];
  /** Only works whose "name size" contains this. */
  only?: string;
  /** Peers that are not there are skipped rather than installed. */
  install: boolean;
  help: boolean;
}

export const USAGE = `Usage: npm run bench -- [options]

Measures this engine beside its peers, in turn, on this machine. Tables go to stdout, progress to stderr.

  --quick              the three LSTM training sizes only, in under three minutes
  --scaling            tokens a second and memory against hidden size, batch, length and vocabulary
  --json FILE          write [{work, size, threads, engine, algorithm, peer, oursMs, peerMs, ratio}]; times are medians
  --table FILE         write the tables, as Markdown, to this file too
  --threads LIST       thread counts (default 1,2)
  --engines LIST       of ${ENGINES.join(', ')} (default: all that run here; with --quick without plain)
  --peers LIST         of ${PEERS.join(', ')}; or none
  --only TEXT          works whose name and size contain this, such as "lstm H128"
  --no-install         skip peers that are not installed instead of installing them
  --help
`;

/**
 * Reads the command line.
 * @param cores threads above this are left out of the default
 * @throws UserError that names the wrong option
 */
export function parseArguments(args: readonly string[], cores: number): BenchOptions {
  const values = readOptions(args);
  const quick = values.quick ?? false;
  return {
    quick,
    scaling: values.scaling ?? false,
    json: values.json,
    table: values.table,
    threads: values.threads === undefined ? [1, 2].filter((count) => count <= cores) : threadList(values.threads),
    engines: values.engines === undefined ? defaultEngines(quick) : chosen('--engines', values.engines, ENGINES),
    peers: values.peers === undefined ? [...PEERS] : peerList(values.peers),
    only: values.only,
    install: !(values['no-install'] ?? false),
    help: values.help ?? false,
  };
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        scaling: { type: 'boolean' },
        json: { type: 'string' },
        table: { type: 'string' },
        threads: { type: 'string' },
        engines: { type: 'string' },
        peers: { type: 'string' },
        only: { type: 'string' },
        'no-install': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new UserError(`${sentence.replace(/\.$/, '')}; --help lists the options.`);
  }
}

const defaultEngines = (quick: boolean): Engine[] => ENGINES.filter((engine) => !quick || engine !== 'plain');

const split = (list: string) =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function threadList(list: string): number[] {
  const counts = split(list).map(Number);
  if (counts.length === 0 || !counts.every((count) => Number.isInteger(count) && count >= 1 && count <= 64)) {
    throw new UserError(`--threads takes whole numbers from 1 to 64, such as 1,2, and not "${list}".`);
  }
  return [...new Set(counts)];
}

const peerList = (list: string): PeerName[] => (list === 'none' ? [] : chosen('--peers', list, PEERS));

function chosen<T extends string>(option: string, list: string, names: readonly T[]): T[] {
  const wanted = split(list);
  const wrong = wanted.find((name) => !names.includes(name as T));
  if (wrong !== undefined || wanted.length === 0) {
    throw new UserError(`${option} takes some of ${names.join(', ')}, and not "${wrong ?? list}".`);
  }
  return names.filter((name) => wanted.includes(name));
}
