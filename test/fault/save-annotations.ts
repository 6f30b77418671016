// Saves two files of annotations in turn for as long as it lives: node save-annotations.js TARGET FIRST SECOND
import { readFileSync } from 'node:fs';
import { replaceFile } from '../../src/worker/files';

async function main(): Promise<void> {
  const [target, ...files] = process.argv.slice(2);
  const contents = files.map((file) => readFileSync(file, 'utf8'));
  for (let save = 0; ; save++) {
    await replaceFile(target, contents[save % contents.length]);
    if (save === 0) process.stdout.write('saving\n');
  }
}

void main();
