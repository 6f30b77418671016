import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SelfTestLine } from './self-test';

/** Kept at most, the newest: an old addon or runtime does not come back. */
const MOST = 20;
const FILE = 'native-self-test.json';

function readAll(folder: string): Record<string, SelfTestLine> {
  try {
    const all = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as unknown;
    return typeof all === 'object' && all !== null ? (all as Record<string, SelfTestLine>) : {};
  } catch {
    return {};
  }
}

/** What an earlier self-test of the same addon on the same machine said. */
export function recallVerdict(folder: string, key: string): SelfTestLine | undefined {
  const line = readAll(folder)[key];
  return line && ('instructions' in line || 'reason' in line) ? line : undefined;
}

/** Keeps a verdict for the next start. Where nothing can be written, the next start tests again. */
export function keepVerdict(folder: string, key: string, line: SelfTestLine): void {
  try {
    const entries = Object.entries(readAll(folder)).filter(([other]) => other !== key);
    mkdirSync(folder, { recursive: true });
    const part = join(folder, `${FILE}.${process.pid}-${Math.round(performance.now() * 1000)}.tmp`);
    const kept = Object.fromEntries([...entries, [key, line] as const].slice(-MOST));
    writeFileSync(part, `${JSON.stringify(kept, undefined, 2)}\n`);
    renameSync(part, join(folder, FILE));
  } catch {
    // A test costs half a second; a start that fails for want of a cache would cost more.
  }
}
