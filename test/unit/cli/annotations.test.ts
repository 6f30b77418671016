import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildThreads, run } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/temporary';

const cwd = temporaryFolder();
const write = (name: string, content: string): void => writeFileSync(path.join(cwd, name), content);
const read = (name: string): string => readFileSync(path.join(cwd, name), 'utf8');

const TEXT = 'Ann met Bob 😀 in Paris.\r\nNobody read this.\r\nThe river <sang>.\r\n';
const span = (start: number, end: number, label: string, more = {}): object => ({ start, end, label, ...more });
const sidecar = (...spans: object[]): string => JSON.stringify({ version: 1, labels: ['person', 'place'], spans });
const SPANS = [
  span(0, 3, 'person'),
  span(18, 23, 'place'),
  span(47, 52, 'place', { state: 'rejected', text: 'river', before: 'The ', after: ' <sang>.' }),
];

beforeAll(async () => {
  await buildThreads();
  write('notes.txt', TEXT);
  write('notes.txt.spans.json', sidecar(...SPANS));
}, 180_000);

describe('convert', () => {
  test('a text with annotations beside it: the lines that were read', async () => {
    const conll = await run(['convert', 'notes.txt', '--to', 'conll'], { cwd });
    expect(conll.stderr).toBe('');
    expect(conll.stdout).toBe(
      'Ann\tB-person\nmet\tO\nBob\tO\n😀\tO\nin\tO\nParis\tB-place\n.\tO\n\nThe\tO\nriver\tO\n<\tO\nsang\tO\n>\tO\n.\tO\n\n',
    );
    const all = await run(['convert', 'notes.txt.spans.json', '--to', 'spans', '--lines', 'all'], { cwd });
    expect(all.lines()).toHaveLength(3);
    expect(all.lines()[0]).toEqual({
      text: 'Ann met Bob 😀 in Paris.',
      spans: [span(0, 3, 'person'), span(18, 23, 'place')],
    });
  });

  test('every format to every other, and back', async () => {
    const spans = (await run(['convert', 'notes.txt', '--from', 'sidecar', '--to', 'spans'], { cwd })).stdout;
    write('notes.jsonl', spans);
    const made = await run(['convert', 'notes.jsonl', '--to', 'sidecar', '--out', 'made.txt'], { cwd });
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(read('made.txt')).toBe('Ann met Bob 😀 in Paris.\nThe river <sang>.\n');
    expect((await run(['convert', 'made.txt', '--to', 'spans'], { cwd })).stdout).toBe(spans);
    const conllu = await run(['convert', 'notes.txt', '--to', 'conllu', '--out', 'notes.conllu'], { cwd });
    expect(conllu.code).toBe(0);
    expect((await run(['convert', 'notes.conllu', '--to', 'spans'], { cwd })).stdout).toContain('"start":18,"end":23');
    const bioes = await run(['convert', 'notes.txt', '--to', 'conll', '--scheme', 'bioes'], { cwd });
    expect(bioes.stdout).toContain('Ann\tS-person');
  });

  test('a page with all lines', async () => {
    const { stdout } = await run(['convert', 'notes.txt', '--to', 'html'], { cwd });
    expect(stdout).toContain('<mark class="l1" data-label="place">Paris</mark>');
    expect(stdout).toContain('The river &#60;sang&#62;.');
    expect(stdout).toContain('Nobody read this.');
  });

  test('wrong use and hostile files: one sentence', async () => {
    const sentence = async (args: string[], code: number): Promise<string> => {
      const { code: ended, stderr, stdout } = await run(['convert', ...args], { cwd });
      expect([ended, stdout]).toEqual([code, '']);
      return stderr;
    };
    expect(await sentence(['notes.txt', '--to', 'sidecar'], 2)).toMatch(/^Name the file for the text with --out/);
    expect(await sentence(['notes.txt', '--to', 'html', '--out', 'notes.txt'], 2)).toMatch(/notes.txt exists already/);
    write('bad.txt', TEXT);
    write('bad.txt.spans.json', sidecar(span(0, 3, 'person'), span(2, 7, 'place')));
    expect(await sentence(['bad.txt', '--to', 'conll'], 1)).toMatch(
      /^bad\.txt\.spans\.json, line 1, column \d+: the span 2–7 \("place"\) overlaps the span 0–3 \("person"\); delete one of them\.\n$/,
    );
    write('plain.txt', TEXT);
    expect(await sentence(['plain.txt', '--to', 'conll'], 1)).toMatch(/name the format of its tags with --from/);
    expect(await sentence(['plain.txt', '--from', 'sidecar', '--to', 'conll'], 1)).toMatch(/plain\.txt\.spans\.json because it does not exist/); // prettier-ignore
  });

  test('annotations that the text lost are told of and kept', async () => {
    write('cut.txt', TEXT.replace('The river <sang>.', ''));
    write('cut.txt.spans.json', read('notes.txt.spans.json'));
    const { stdout, stderr, code } = await run(['convert', 'cut.txt', '--to', 'spans'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^1 annotation of cut\.txt \("river"\) is not in the text any more/);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(read('cut.txt.spans.json')).toBe(read('notes.txt.spans.json'));
  });
});

describe('agreement', () => {
  test('of two annotations of one text', async () => {
    write('other.txt.spans.json', sidecar(span(0, 3, 'person'), span(8, 11, 'person'), span(18, 23, 'place')));
    expect(existsSync(path.join(cwd, 'other.txt'))).toBe(false);
    const args = ['agreement', 'notes.txt.spans.json', 'other.txt.spans.json'];
    const [result] = (await run([...args, '--json'], { cwd })).lines();
    expect(result).toMatchObject({ sentences: 1, onlyOne: 1, tokens: 7, f1: 0.8 });
    expect(result.kappa).toBeCloseTo((6 / 7 - 23 / 49) / (1 - 23 / 49), 12);
    const { stdout } = await run(args, { cwd });
    expect(stdout).toContain("Cohen's kappa 0.731, F1 of entities 80.00 %.");
    expect(stdout).toMatch(/person +\d\.\d{3} +66\.67 % +1 +2 +1/);
  });

  test('of tagged files, whatever their formats', async () => {
    write('one.conll', 'Ann\tB-person\nran\tO\n');
    write('two.jsonl', '{"text": "Ann ran", "spans": [[0, 3, "person"]]}\n');
    const { stdout } = await run(['agreement', 'one.conll', 'two.jsonl', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ kappa: 1, f1: 1, tokens: 2 });
    write('three.conll', 'Ann\tB-person\nwalked\tO\n');
    const { code, stderr } = await run(['agreement', 'one.conll', 'three.conll'], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringContaining('"ran" in one.conll, "walked" in three.conll')]);
  });

  test('without the text says what to do', async () => {
    write('lonely.spans.json', sidecar());
    const { code, stderr } = await run(['agreement', 'lonely.spans.json', 'lonely.spans.json'], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringContaining('put the text beside one of the two files')]);
  });
});

test('a tagger learns from the lines that were read, and is measured on them', async () => {
  const lines = Array.from({ length: 12 }, (_, k) => `${['Ann', 'Bob', 'Cleo'][k % 3]} wrote letter ${k}.`);
  const text = `${lines.join('\n')}\nNobody read this line about Dora.\n`;
  const spans = lines.map((line) => span(text.indexOf(line), text.indexOf(line) + line.indexOf(' '), 'person'));
  write('letters.txt', text);
  write('letters.txt.spans.json', sidecar(...spans));
  const trained = await run(['train', 'letters.txt', '--recipe', 'most-frequent-tag', '--json'], { cwd });
  expect([trained.code, trained.stderr]).toEqual([0, '']);
  const { run: folder } = trained.lines()[0] as { run: string };
  const record = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as { data: Record<string, unknown> };
  expect(record.data).toMatchObject({
    format: 'spans',
    formatReason: expect.stringMatching(/letters\.txt\.spans\.json\): 12 spans of 2 labels in 12 lines that were read/),
    labels: ['B-person', 'O'],
  });
  expect(readFileSync(path.join(folder, 'source.txt'), 'utf8')).not.toContain('Dora');
  const [figures] = (await run(['evaluate', 'last', 'letters.txt', '--json'], { cwd })).lines();
  expect(figures).toMatchObject({ f1: 1, accuracy: 1 });
});
