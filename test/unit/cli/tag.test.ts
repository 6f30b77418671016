import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Recipe } from '../../../src/core/recipe/schema';
import { buildThreads, run } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/temporary';

const cwd = temporaryFolder();
const write = (name: string, content: string): void => writeFileSync(path.join(cwd, name), content);
const SENTENCES = 'Ann B-PER\nmet O\nBob B-PER\nin O\nNew B-LOC\nYork I-LOC\n. O\n\nIt O\nrained O\n. O\n\n';

beforeAll(async () => {
  await buildThreads();
  write('names.conll', SENTENCES.repeat(40));
  write('letter.txt', `Ann 😀 met Bob in New York.\r\n\r\n${'It rained. '.repeat(100)}\r\n`);
  const made = await run(['train', 'names.conll', '--recipe', 'hmm-tagger', '--name', 'names'], { cwd });
  expect([made.code, made.stderr]).toEqual([0, expect.any(String)]);
}, 180_000);

describe('tag', () => {
  const tag = (...more: string[]): ReturnType<typeof run> =>
    run(['tag', readdirSync(path.join(cwd, '.sequence-lab/runs'))[0], 'letter.txt', ...more], { cwd });

  test('spans have offsets in the line, behind emoji and with CRLF', async () => {
    const { stdout, code } = await tag('--format', 'spans');
    expect(code).toBe(0);
    const [first, blank] = stdout.split('\n');
    const { text, spans } = JSON.parse(first) as {
      text: string;
      spans: { start: number; end: number; label: string }[];
    };
    expect(text).toBe('Ann 😀 met Bob in New York.');
    expect(spans.map(({ start, end, label }) => `${text.slice(start, end)} ${label}`)).toEqual(
      expect.arrayContaining(['Ann PER', 'Bob PER', 'New York LOC']),
    );
    expect(blank).toBe('{"text":"","spans":[]}');
  });

  test('brackets stand around spans', async () => {
    expect((await tag()).stdout).toMatch(/^\[Ann PER\] .* met \[Bob PER\] in \[New York LOC\]\.\n/);
  });

  test('columns have the sentences that the model read: a long line is several', async () => {
    const { stdout } = await tag('--format', 'conll');
    expect(stdout).not.toContain('\r');
    expect(stdout).toContain('New\tB-LOC\nYork\tI-LOC\n.\tO\n\n');
    const sentences = stdout.split(/\n\n+/).map((sentence) => sentence.split('\n').filter(Boolean).length);
    expect(sentences.filter((count) => count > 0)).toEqual([8, 198, 102]);
  });
});

test.each([
  ['Ann B-PER\nmet\n', /bad\.conll, line 2: "met" has no tag/],
  ['Ann B-PER\nmet I-LOC\nBob B-PER\nBob B-PER\n', /bad\.conll, line 2, column 5: I-LOC/],
  ['{"text": "Ann", "spans": [{"start": 0, "end": 9, "label": "x"}]}\n', /line 1: /],
  ['{"text": "Ann met", "spans": [[0, 5, "x"], [2, 7, "y"]]}\n', /line 1: /],
  ['{"text": "Ann"\n', /line 1: /],
])('a hostile file gets one sentence with its line: %j', async (content, sentence) => {
  write('bad.conll', content);
  const format = content.startsWith('{') ? 'spans' : 'conll';
  const { code, stderr } = await run(['train', 'bad.conll', '--recipe', 'hmm-tagger', '--set', `source.format=${format}`], { cwd }); // prettier-ignore
  expect(code).not.toBe(0);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(sentence);
});

test('train --from takes the recipe of that run, with --set on top, unless another is named', async () => {
  const small = ['model.hidden=8', 'model.embedding=4', 'model.characterHidden=6', 'training.batch=4', 'source.format=conll']; // prettier-ignore
  const sets = (keys: string[]): string[] => keys.flatMap((key) => ['--set', key]);
  const first = await run(['train', 'names.conll', '--recipe', 'tagger', ...sets(small), '--steps', '20', '--json'], { cwd }); // prettier-ignore
  const { run: from } = first.lines().at(-1) as { run: string };
  const again = ['train', 'names.conll', '--from', from, '--steps', '5', '--json'];
  const { code, stderr, lines } = await run([...again, '--set', 'training.rate=0.001'], { cwd });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const { run: next } = lines().at(-1) as { run: string };
  const recipeOf = (folder: string) => (JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as { recipe: Recipe }).recipe; // prettier-ignore
  const [before, after] = [recipeOf(from), recipeOf(next)];
  expect(after.model).toEqual(before.model);
  expect(after.training).toEqual({ ...before.training, steps: 5, rate: 0.001 });
  const other = await run([...again, '--recipe', 'tagger'], { cwd });
  expect(other.stderr).toMatch(/The earlier run has a model of other sizes/);
});
