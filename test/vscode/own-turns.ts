import { Session, type Profiler } from 'node:inspector';

/** Microseconds between two looks at the stack. */
const INTERVAL = 200;

/** How long the extension held up the event loop. */
export interface OwnTurns {
  /** The longest stretch in milliseconds in which a function of the extension was on the stack. */
  longest: number;
  /** Of 1000 stretches 999 were shorter. */
  usual: number;
  /** All stretches together. */
  total: number;
  figure: string;
}

/**
 * Looks five thousand times a second which function runs in the extension host while `action` does. Only stretches with a
 * function of the extension on the stack count, so that VS Code's own work and other extensions do not; collecting
 * garbage is told apart, since it is everybody's. It is time by the clock: on a busy machine it holds what other
 * processes took.
 *
 * @param owner a part of the file names of the extension
 */
export async function ownTurns(owner: string, action: () => PromiseLike<unknown>): Promise<OwnTurns> {
  const session = new Session();
  session.connect();
  const post = <T>(method: string, params?: object): Promise<T> =>
    new Promise((resolve, reject) => session.post(method, params, (error, answer) => (error ? reject(error) : resolve(answer as T)))); // prettier-ignore
  try {
    await post('Profiler.enable');
    await post('Profiler.setSamplingInterval', { interval: INTERVAL });
    await post('Profiler.start');
    await action();
    const { profile } = await post<{ profile: Profiler.Profile }>('Profiler.stop');
    return measured(profile, owner);
  } finally {
    session.disconnect();
  }
}

function measured(profile: Profiler.Profile, owner: string): OwnTurns {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  /** The deepest function of the extension on each stack; undefined where there is none. */
  const own = new Map<number, string | undefined>();
  const collectors = new Set<number>();
  const visit = (id: number, above: string | undefined): void => {
    const node = nodes.get(id);
    if (!node) return;
    const { url, functionName, lineNumber, columnNumber } = node.callFrame;
    const name = url.includes(owner) ? `${functionName || 'anonymous'}:${lineNumber + 1}:${columnNumber + 1}` : above;
    own.set(id, name);
    if (functionName === '(garbage collector)') collectors.add(id);
    for (const child of node.children ?? []) visit(child, name);
  };
  visit(profile.nodes[0].id, undefined);
  const { samples = [], timeDeltas = [] } = profile;
  const stretches: { time: number; names: Map<string, number> }[] = [];
  let open: (typeof stretches)[number] | undefined;
  let garbage = 0;
  samples.forEach((id, k) => {
    const name = own.get(id);
    // The time from this look to the next.
    const time = (timeDeltas[k + 1] ?? 0) / 1000;
    if (collectors.has(id)) garbage = Math.max(garbage, time);
    else if (name === undefined) open = undefined;
    else {
      if (!open) stretches.push((open = { time: 0, names: new Map() }));
      open.time += time;
      open.names.set(name, (open.names.get(name) ?? 0) + time);
    }
  });
  const times = stretches.map(({ time }) => time).sort((a, b) => a - b);
  const longest = stretches.reduce((most, one) => (one.time > most.time ? one : most), { time: 0, names: new Map<string, number>() }); // prettier-ignore
  const usual = times[Math.floor(times.length * 0.999)] ?? 0;
  const total = times.reduce((sum, time) => sum + time, 0);
  const long = times.filter((time) => time > 16).length;
  const [inside] = [...longest.names].sort(([, a], [, b]) => b - a);
  const figure = `own stretches: longest ${longest.time.toFixed(1)} ms${inside ? ` (most in ${inside[0]})` : ''}, 99.9 % under ${usual.toFixed(1)} ms, ${long} of ${times.length} over 16 ms; longest collection of garbage ${garbage.toFixed(1)} ms`;
  return { longest: longest.time, usual, total, figure };
}
