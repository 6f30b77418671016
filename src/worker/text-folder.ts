import { promises as fs } from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/errors';
import { explained } from './files';
import { readChunks, type Chunk, type ReadOptions } from './text-reader';

/** Files that are read at most; a folder with more is a disk and no collection of texts. */
const MOST_FILES = 100_000;
/** Folders of other programs, which hold no texts of the person. */
const LEFT_OUT = new Set(['node_modules', '__pycache__']);

/** The texts of a folder and of the folders in it, one after the other by name, as if they were one. */
export class TextFolder {
  /** Files that were read, and those that are no text and were left out. */
  readonly read: string[] = [];
  readonly leftOut: string[] = [];

  constructor(
    private readonly folder: string,
    private readonly label: string,
  ) {}

  /** Text in chunks, a line end between two files. Throws UserError when no file is text, and Cancelled. */
  async *chunks(options: ReadOptions): AsyncGenerator<Chunk> {
    const files = await this.files();
    for (const [k, file] of files.entries()) {
      const quiet = { shouldStop: options.shouldStop };
      let begun = false;
      try {
        for await (const chunk of readChunks(path.join(this.folder, file), file, quiet)) {
          if (!begun && this.read.length > 0) yield { bytes: Buffer.from('\n'), text: '\n' };
          begun = true;
          yield chunk;
        }
        this.read.push(file);
      } catch (error) {
        // Pictures and the like lie beside texts; what has begun as text must not end in the middle unsaid.
        if (!(error instanceof UserError)) throw error;
        this.leftOut.push(file);
        if (begun) this.read.push(file);
      }
      options.onProgress?.((k + 1) / files.length);
    }
    if (this.read.length === 0)
      throw new UserError(`${this.label} holds no text files: choose a folder with texts in UTF-8.`);
  }

  /** One sentence on what was read. */
  get sentence(): string {
    const number = (files: string[]) => `${files.length.toLocaleString('en-US')} file${files.length === 1 ? '' : 's'}`;
    const rest = this.leftOut.length > 0 ? `, and ${number(this.leftOut)} left out that are no text in UTF-8` : '';
    return `${number(this.read)} of ${this.label} are read one after the other${rest}.`;
  }

  /** Paths of all files below the folder, sorted; hidden ones left out. */
  private async files(): Promise<string[]> {
    const files: string[] = [];
    const look = async (below: string): Promise<void> => {
      const entries = await fs.readdir(path.join(this.folder, below), { withFileTypes: true });
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const name = path.join(below, entry.name);
        if (entry.name.startsWith('.') || LEFT_OUT.has(entry.name)) continue;
        if (entry.isDirectory()) await look(name);
        else if (entry.isFile()) files.push(name);
        if (files.length > MOST_FILES)
          throw new UserError(
            `${this.label} holds more than ${MOST_FILES.toLocaleString('en-US')} files: choose a part.`,
          );
      }
    };
    await explained('Cannot read', this.label, () => look(''));
    return files;
  }
}

/** Whether a path is a folder. */
export async function isFolder(file: string): Promise<boolean> {
  // What cannot be looked at is told about by who reads it.
  const stat = await fs.stat(file).catch(() => undefined);
  return stat?.isDirectory() === true;
}
