import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SpillFile } from '../core/embeddings/counts/spill';

/** Temporary files in a folder of their own, which goes away with them. */
export class SpillFiles {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'sequence-lab-pairs-'));
  private readonly open = new Set<SpillFile>();
  private made = 0;

  /** A new file, to be handed to core as it is. */
  readonly store = (): SpillFile => {
    const name = path.join(this.folder, String(this.made++));
    const handle = openSync(name, 'wx+');
    let length = 0;
    const file: SpillFile = {
      append(bytes) {
        for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at, bytes.length - at, length + at);
        length += bytes.length;
      },
      read(at, into) {
        for (let from = 0; from < into.length;) {
          const read = readSync(handle, into, from, into.length - from, at + from);
          if (read === 0) throw new Error('A temporary file is shorter than what was written to it.');
          from += read;
        }
      },
      close: () => {
        if (!this.open.delete(file)) return;
        closeSync(handle);
        rmSync(name, { force: true });
      },
    };
    this.open.add(file);
    return file;
  };

  close(): void {
    for (const file of this.open) file.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
