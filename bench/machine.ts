import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures depend on, one line each, for people. */
export function describeMachine(versions: readonly string[], date = new Date()): string[] {
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0];
  const lines = [
    `Machine: ${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} ${cores.length === 1 ? 'core' : 'cores'}, ${gigabytes} GB, ${process.platform} ${process.arch}`,
    `Versions: ${[`Node ${process.versions.node}`, ...versions].join('; ')}`,
    `Date: ${date.toISOString().slice(0, 10)}`,
  ];
  if (load > BUSY) {
    lines.push(
      `Busy: other work ran beside this (load ${load.toFixed(1)} at the start), so look at minima only, and measure again ` +
        'on a quiet machine: where threads spin for each other (PyTorch), others suffer far more than their share.',
    );
  }
  return lines;
}

/** Load average above which the machine was not ours alone; an editor and a browser stay below it. */
const BUSY = 0.7;
