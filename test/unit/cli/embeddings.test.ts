import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { answerOf, buildThreads, run, start } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/temporary';

const cwd = temporaryFolder();
const at = (...args: string[]) => run(['embeddings', ...args], { cwd });

/** Animals eat, machines burn: words of a kind have the same neighbours. */
function farm(lines: number): string {
  const line = (k: number) => {
    const animal = ['horse', 'sheep', 'goat'][k % 3];
    const machine = ['tractor', 'engine', 'pump'][k % 3];
    return `every ${animal} eats fresh green grass\nevery ${machine} burns cheap black oil\n`;
  };
  return Array.from({ length: lines / 2 }, (_, k) => line(k)).join('');
}

beforeAll(async () => {
  await buildThreads();
  writeFileSync(path.join(cwd, 'farm.txt'), farm(900));
  writeFileSync(path.join(cwd, 'long.txt'), farm(60_000));
}, 300_000);

const common = ['--dimension', '8', '--min-count', '2', '--threads', '1'];

describe.each([
  ['skipgram', 'skip-gram', []],
  ['cbow', 'cbow', ['--hierarchical']],
  ['fasttext', 'fasttext', ['--max-gram', '4', '--set', 'model.buckets=2000']],
  ['glove', 'glove', ['--set', 'model.alpha=0.5']],
  ['ppmi-svd', 'ppmi-svd', ['--set', 'model.shift=1']],
])('embeddings train --model %s', (model, recipe, more) => {
  const out = `${model}.txt`;

  test('is a run of the recipe, and writes its vectors', async () => {
    const trained = await at('train', 'farm.txt', '--model', model, '--out', out, '--json', ...common, ...more);
    expect(trained.code).toBe(0);
    const last = trained.lines().at(-1)!;
    expect(last).toMatchObject({
      event: 'finished',
      reason: 'done',
      file: out,
      format: 'text',
      words: 15,
      dimension: 8,
    });
    const record = JSON.parse(readFileSync(path.join(String(last.run), 'run.json'), 'utf8')) as { name: string };
    expect(record).toMatchObject({ name: `${recipe} · farm.txt`, recipe: { tokens: { minCount: 2 } } });
  });

  test('run and file give the same answers', async () => {
    const named = `run:${recipe} · farm.txt`;
    for (const question of [
      ['neighbors', 'horse', '--top', '4'],
      ['analogy', 'horse', 'sheep', 'engine', '--mul'],
      ['odd', 'horse', 'sheep', 'goat', 'engine'],
      ['compare', 'horse', 'engine'],
      ['clusters', '--clusters', '3'],
    ]) {
      const [name, ...rest] = question;
      const [ofRun, ofFile] = await Promise.all([at(name, named, ...rest, '--json'), at(name, out, ...rest, '--json')]);
      expect(ofRun.code).toBe(0);
      expect(ofRun.stdout).toBe(ofFile.stdout);
    }
    const odd = await at('odd', named, 'horse', 'sheep', 'goat', 'engine', '--json');
    expect(odd.lines()[0]).toMatchObject({ word: 'engine' });
  });
});

test("a run's model is written as fastText's .bin, and unseen words keep their vectors", async () => {
  const written = await at(
    'convert',
    'run:fasttext · farm.txt',
    '--out',
    'model.bin',
    '--format',
    'fasttext',
    '--json',
  );
  expect(written.lines()).toEqual([{ file: 'model.bin', format: 'fasttext', words: 15, dimension: 8 }]);
  const asked = ['horses', '--top', '3', '--json'];
  const ofFile = await at('neighbors', 'model.bin', ...asked);
  expect(ofFile.lines()).toHaveLength(3);
  expect(ofFile.stdout).toBe((await at('neighbors', 'run:fasttext · farm.txt', ...asked)).stdout);
  const refused = await at('convert', 'run:glove · farm.txt', '--out', 'no.bin', '--format', 'fasttext');
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/glove, whose vectors fastText's \.bin cannot hold/),
  ]);
  expect(existsSync(path.join(cwd, 'no.bin'))).toBe(false);
});

test('the heading counts words of a vocabulary, where losses are counted in pairs', async () => {
  const { stderr } = await at('train', 'farm.txt', '--model', 'glove', '--out', 'glove.txt', ...common);
  expect(stderr).toMatch(/, 15 different words;/);
});

test('measures are printed by file and section', async () => {
  writeFileSync(path.join(cwd, 'analogies.txt'), ': kinds\nhorse sheep engine pump\nhorse goat cat dog\n');
  writeFileSync(path.join(cwd, 'pairs.txt'), 'horse sheep 9\nhorse engine 1\npump engine 8\nhorse unicorn 7\n');
  const measured = await at(
    ...['evaluate', 'run:skip-gram · farm.txt', '--analogies', 'analogies.txt'],
    ...['--similarity', 'pairs.txt', '--json'],
  );
  expect(measured.code).toBe(0);
  expect(measured.lines()[0]).toMatchObject({ similarity: 'pairs.txt', pairs: 4, covered: 3 });
  expect(measured.lines()[1]).toMatchObject({ section: 'kinds', questions: 2, asked: 1 });
});

test('Ctrl-C keeps what was learned, and the run goes on', async () => {
  const flags = ['--recipe', 'skip-gram', '--epochs', '100000', '--threads', '1', '--runs', 'stopped', '--json'];
  const child = start(['train', 'long.txt', ...flags], { cwd });
  child.stderr?.resume();
  const answer = answerOf(child);
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (text: string) => text.includes('"step":20,') && resolve());
  });
  child.kill('SIGINT');
  const { code, lines } = await answer;
  const { reason, step } = lines().at(-1) as { reason: string; step: number };
  expect([code, reason]).toEqual([130, 'stopped']);
  expect((await at('neighbors', 'last', 'horse', '--runs', 'stopped')).code).toBe(0);
  const more = ['--resume', 'last', '--steps', String(step + 10), '--runs', 'stopped', '--json'];
  const resumed = await run(['train', ...more], { cwd });
  expect(resumed.lines().at(-1)).toMatchObject({ reason: 'done', step: step + 10 });
});

test('flags that say nothing to the model are wrong use; a short text is told what is missing', async () => {
  const wrong = await at('train', 'farm.txt', '--model', 'glove', '--negative', '3', '--out', 'x.txt');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/model\.negative is a key of word2vec models/)]);
  writeFileSync(path.join(cwd, 'short.txt'), farm(50));
  const short = await at('train', 'short.txt', '--out', 'x.txt');
  expect([short.code, short.stderr]).toEqual([1, expect.stringMatching(/has 300 words.*700 more are missing/)]);
});
