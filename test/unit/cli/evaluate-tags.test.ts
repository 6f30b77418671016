import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildThreads, root, run } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/temporary';

const cwd = temporaryFolder();
const wnut = path.resolve(root, '../shared/data/wnut17');

beforeAll(buildThreads, 180_000);

const evaluate = (gold: string, predicted: string, ...more: string[]) =>
  run(['evaluate', '--gold', gold, '--predicted', predicted, ...more], { cwd });

test('--json is one object with fractions; for people there are percentages', async () => {
  writeFileSync(path.join(cwd, 'gold.conll'), 'Teddy NN B-PER\nslept VB O\r\n\nParis NN B-LOC\n');
  writeFileSync(path.join(cwd, 'said.conll'), 'Teddy B-PER\nslept O\n\nParis B-PER\n');
  const [line, ...others] = (await evaluate('gold.conll', 'said.conll', '--json')).lines();
  expect(others).toEqual([]);
  expect(line).toMatchObject({ sentences: 2, tokens: 3, precision: 0.5, recall: 0.5, f1: 0.5 });
  expect(line.accuracy).toBeCloseTo(2 / 3);
  const { stdout } = await evaluate('gold.conll', 'said.conll');
  expect(stdout).toMatch(/Precision 50\.00 %, recall 50\.00 %, F1 50\.00 %/);
  expect(stdout).toMatch(/^PER +50\.00 % +100\.00 % +66\.67 % +1$/m);
});

test.each([
  [['evaluate', '--gold', 'gold.conll'], 2, /--gold and --predicted/],
  [['evaluate', 'last'], 2, /a run and a file/],
  [['evaluate', 'last', 'x', '--gold', 'a', '--predicted', 'b'], 2, /either/],
  [['evaluate', '--gold', 'absent', '--predicted', 'gold.conll'], 1, /absent/],
])('%j is refused in one sentence', async (args, code, message) => {
  const answer = await run(args, { cwd });
  expect([answer.code, answer.stdout]).toEqual([code, '']);
  expect(answer.stderr.trim()).toMatch(message);
});

// What the organisers published for the seven systems of the shared task (Derczynski et al., 2017, table 4).
describe.skipIf(!existsSync(wnut))('WNUT-17 systems, entity F1 as published (needs shared/data/wnut17)', () => {
  test.each([
    ['uh_ritual', 41.86],
    ['spinningbytes.txt', 40.78],
    ['sjtu_adapt.txt', 40.42],
    ['arcada', 39.98],
    ['flytxt', 38.35],
    ['mic-cis.txt', 37.06],
    ['drexel_cci', 26.3],
  ])('%s', async (system, f1) => {
    const gold = path.join(wnut, 'emerging.test.annotated');
    const [line] = (await evaluate(gold, path.join(wnut, 'submissions', system), '--json')).lines();
    expect(Math.round((line.f1 as number) * 10_000) / 100).toBe(f1);
  });
});

test('convert writes tagged sentences in another format and scheme', async () => {
  writeFileSync(path.join(cwd, 'iob1.conll'), 'Ann I-PER\nLee I-PER\nslept O\n\nParis I-LOC\n');
  const spans = await run(['convert', 'iob1.conll', '--to', 'spans'], { cwd });
  expect(spans.lines()).toEqual([
    { text: 'Ann Lee slept', spans: [{ start: 0, end: 7, label: 'PER' }] },
    { text: 'Paris', spans: [{ start: 0, end: 5, label: 'LOC' }] },
  ]);
  const back = await run(['convert', '-', '--to', 'conll', '--scheme', 'bioes'], { cwd, input: spans.stdout });
  expect(back.stdout).toBe('Ann\tB-PER\nLee\tE-PER\nslept\tO\n\nParis\tS-LOC\n\n');
  const refused = await run(['convert', '-', '--to', 'conll'], { cwd, input: 'Just a text.' });
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/plain text .*: name the format .* --from/),
  ]);
});
