import { constants, promises as fs } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { UserError } from '../core/errors';

/** What a person is told for each failure of the file system: the end of a sentence. */
const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full: free some space, then resume the run',
  EDQUOT: 'the disk quota is used up: free some space, then resume the run',
  EFBIG: 'the file would be larger than this system allows: raise the limit or choose another folder',
  EACCES: 'permission is denied: change its permissions or choose another folder',
  EPERM: 'permission is denied: change its permissions or choose another folder',
  EROFS: 'the file system is read-only: choose another folder',
  ENOTDIR: 'a file stands where a folder is needed: move it or choose another folder',
  EEXIST: 'a file stands where a folder is needed: move it or choose another folder',
  ENOENT: 'it does not exist (any more): check the path',
  EISDIR: 'it is a folder, not a file: choose a file',
  EMFILE: 'too many files are open: close some programs and try again',
  ENFILE: 'too many files are open: close some programs and try again',
  EIO: 'the disk reports an error: check the disk or choose another folder',
  ENAMETOOLONG: 'the path is too long: choose another folder',
  ELOOP: 'its symbolic links lead in a circle: choose another folder',
  ESTALE: 'the network drive has gone: connect it again',
};

/** The system's code of a failed file operation ("ENOSPC"), undefined for every other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns a failure of the file system into a sentence: "{what} {where} because {reason}.". Other errors come back as they are.
 * @param what what could not be done, "Cannot write to"
 * @param where the folder or file as a person knows it
 */
export function explain(error: unknown, what: string, where: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  return new UserError(`${what} ${where} because ${REASONS[code] ?? `the system reports ${code}`}.`);
}

/** Runs a file operation; its failures become UserError, see `explain`. */
export async function explained<T>(what: string, where: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw explain(error, what, where);
  }
}

/**
 * Replaces a file so that, whatever happens, either the old or the new content is there in whole: temporary file, fsync,
 * rename, fsync of the folder. On failure the temporary file is removed, which also gives a full disk its space back.
 * @param content of blocks each is written before the next is asked for
 */
export async function replaceFile(file: string, content: Uint8Array | string | Iterable<Uint8Array>): Promise<void> {
  const temporary = `${file}.${process.pid}-${threadId}.tmp`;
  try {
    const handle = await fs.open(temporary, 'w');
    try {
      await fs.writeFile(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** Makes a rename in the folder last through a power cut, where the system can do that. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and some network drives cannot sync them; the rename itself is atomic there too.
  const handle = await fs.open(folder, constants.O_RDONLY).catch(() => undefined);
  if (!handle) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

/** Leftovers of a writer that was killed between writing and renaming. */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = await fs.readdir(folder).catch(() => [] as string[]);
  const stale = names.filter((name) => /\.\d+-\d+\.tmp$/.test(name));
  await Promise.all(stale.map((name) => fs.rm(path.join(folder, name), { force: true })));
}

/**
 * Reads a file of a run folder, which may hold anything: devices, pipes and folders are refused before they are opened,
 * and files larger than `limit` bytes before they are read. Throws UserError.
 */
export async function readLimited(file: string, limit: number): Promise<Buffer> {
  return explained('Cannot read', file, async () => {
    const stat = await fs.stat(file);
    if (!stat.isFile()) throw new UserError(`${file} is not a file: choose another run.`);
    if (stat.size > limit) {
      throw new UserError(
        `${file} has ${stat.size} bytes, more than the ${limit} that can be read: choose another run.`,
      );
    }
    return fs.readFile(file);
  });
}

/** The process that owns a run, so that another can see whether it still lives. */
export interface Owner {
  pid: number;
  host: string;
  /** When the process started, as the system writes it; compared, never calculated with. */
  started: string;
}

let started: Promise<string> | undefined;

/** This process as owner. */
export async function thisOwner(): Promise<Owner> {
  started ??= startOf(process.pid).then((text) => text ?? 'unknown');
  return { pid: process.pid, host: hostname(), started: await started };
}

/**
 * False when the owner is certainly gone: its process does not exist, or its number went to a process that started at
 * another time. An owner on another machine is taken to live, since nothing can be known.
 */
export async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
  const start = await startOf(owner.pid);
  return start === undefined || owner.started === 'unknown' || start === owner.started;
}

/** Start time of a process in clock ticks since boot, with the boot's id (Linux, proc(5)); undefined elsewhere. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await fs.readFile(`/proc/${pid}/stat`, 'latin1');
    const boot = await fs.readFile('/proc/sys/kernel/random/boot_id', 'latin1');
    // The name in parentheses may hold spaces and parentheses itself; the start time is the 20th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that ended but was not yet collected by its parent is still listed.
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : `${boot.trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}
