import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** A folder of its own for a test file, removed afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sequence-lab-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Text that has something to learn: sentences made from a few words by a fixed rule. */
export function someText(characters: number): string {
  const words = ['the', 'clock', 'maker', 'winds', 'a', 'small', 'brass', 'heart', 'and', 'waits', 'for', 'rain'];
  let text = '';
  for (let i = 0, word = 1; text.length < characters; i++) {
    word = (word * 5 + i) % words.length;
    text += words[word] + (i % 9 === 8 ? '.\n' : ' ');
  }
  return text.slice(0, characters);
}
