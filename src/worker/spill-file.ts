import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import type { SpillFile } from '../core/embeddings/counts/spill';
import { explain } from './files';
import type { RunFolder } from './run-folder';

/** A file of a run that is read while it trains and goes when it is closed. Failures of the file system are UserError. */
class TemporaryFile implements SpillFile {
  private readonly handle: number;
  private size = 0;
  private closed = false;

  constructor(private readonly file: string) {
    this.handle = this.explained('Cannot write to', () => openSync(file, 'w+'));
  }

  append(bytes: Uint8Array): void {
    this.explained('Cannot write to', () => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.handle, bytes, at, bytes.length - at, this.size + at);
    });
    this.size += bytes.length;
  }

  read(from: number, into: Uint8Array): void {
    this.explained('Cannot read', () => {
      for (let at = 0; at < into.length;) {
        const read = readSync(this.handle, into, at, into.length - at, from + at);
        if (read === 0) throw new Error(`${this.file} is shorter than it was.`);
        at += read;
      }
    });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.handle);
    rmSync(this.file, { force: true });
  }

  private explained<T>(what: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explain(error, what, this.file);
    }
  }
}

/** Temporary files in a run folder; their names let it be tidied when a killed process has left them there. */
export class TemporaryFiles {
  private readonly files: TemporaryFile[] = [];

  constructor(private readonly folder: RunFolder) {}

  make(): TemporaryFile {
    const file = new TemporaryFile(this.folder.file(`words-${this.files.length}.${process.pid}-${threadId}.tmp`));
    this.files.push(file);
    return file;
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}
