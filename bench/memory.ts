import { readFileSync } from 'node:fs';

/**
 * Most memory that this process has had resident, in bytes. On Linux from /proc: the usual figure of getrusage also
 * counts the parent's memory at the moment of the fork.
 */
export function peakMemory(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
