import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { sidecarOfLines } from '../../src/core/annotations/from-lines';
import { parseSidecar } from '../../src/core/annotations/read-sidecar';
import { formatSidecar } from '../../src/core/annotations/sidecar';
import { Random } from '../../src/core/random';
import { bundle } from '../parity/engine/bundle.mjs';
import { temporaryFolder } from '../helpers/temporary';

/** Times that the process that saves is killed. */
const KILLS = 40;
/** Milliseconds that it lives after its first save, at most. */
const LIFE = 60;

const folder = temporaryFolder();
const target = path.join(folder, 'notes.txt.spans.json');
const names = ['first.json', 'second.json'].map((name) => path.join(folder, name));
let text: string;
let program: string;

beforeAll(async () => {
  program = await bundle('test/fault/save-annotations.ts');
  // Some hundred kilobytes, so that a kill often comes while they are written.
  const lines = Array.from({ length: 2000 }, (_, k) => `Ann wrote letter number ${k} to Bob.`);
  const annotated = names.map(
    (_, k) =>
    sidecarOfLines(lines.map((line) => ({ text: line, spans: [{ start: 0, end: 3, label: `person${k}` }] })), ''), // prettier-ignore
  );
  text = annotated[0].text;
  annotated.forEach(({ sidecar }, k) => writeFileSync(names[k], formatSidecar(sidecar)));
}, 120_000);

test(`annotations are whole, old or new, after ${KILLS} kills while they are saved`, async () => {
  const contents = names.map((name) => readFileSync(name, 'utf8'));
  const random = new Random(7);
  const found = new Set<number>();
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [program, target, ...names], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, random.next() * LIFE));
    child.kill('SIGKILL');
    await once(child, 'close');
    const content = readFileSync(target, 'utf8');
    expect(contents).toContain(content);
    expect(parseSidecar(content, 'notes.txt.spans.json', text).spans).toHaveLength(2000);
    found.add(contents.indexOf(content));
  }
  expect(found.size, 'both were found, so that kills came at different moments').toBe(2);
}, 120_000);
