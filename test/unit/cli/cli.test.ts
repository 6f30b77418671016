import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { answerOf, buildThreads, run, start, type Answer } from '../../helpers/cli';
import { someText, temporaryFolder } from '../../helpers/temporary';

const cwd = temporaryFolder();
const tiny = [
  '--set',
  'model.hidden=8',
  '--set',
  'model.embedding=4',
  '--set',
  'training.batch=4',
  '--set',
  'training.length=16',
  '--set',
  'evaluation.sampleLength=10',
  '--set',
  'evaluation.baselineOrder=3',
  '--threads',
  '1',
];
const trainTiny = (...more: string[]) => ['train', 'words.txt', ...tiny, ...more];
const at = (...args: string[]) => run(args, { cwd });

beforeAll(async () => {
  await buildThreads();
  writeFileSync(path.join(cwd, 'words.txt'), someText(3000));
  const { code, stderr } = await at(...trainTiny('--steps', '40', '--name', 'first'));
  if (code !== 0) throw new Error(stderr);
}, 180_000);

/** No stack, no second sentence of ours, on standard error. */
function sentence(answer: Answer): string {
  const lines = answer.stderr.trim().split('\n');
  expect(answer.stderr).not.toMatch(/ {4}at |Internal error/);
  return lines[lines.length - 1];
}

test('train --json streams events and ends with the run and its metrics', async () => {
  const answer = await at(...trainTiny('--steps', '20', '--json'));
  expect(answer.code).toBe(0);
  const lines = answer.lines();
  const events = lines.map(({ event }) => event);
  expect(events).toContain('started');
  expect(events.filter((event) => event === 'step')).toHaveLength(20);
  expect(events.filter((event) => event === 'finished')).toHaveLength(1);
  const last = lines.at(-1) as { event: string; run: string; metrics: Record<string, number> };
  expect(last.event).toBe('finished');
  expect(existsSync(path.join(last.run, 'run.json'))).toBe(true);
  expect(Object.keys(last.metrics).sort()).toEqual(['accuracy', 'bitsPerCharacter', 'perplexity', 'validationLoss']);
  expect(last.metrics.accuracy).toBeLessThanOrEqual(1);
  expect(last.metrics.perplexity).toBeCloseTo(Math.exp(last.metrics.validationLoss));
});

test('for people: short lines, the baseline beside the loss, no colours in a pipe', async () => {
  const { stdout, stderr } = await at(...trainTiny('--steps', '20'));
  expect(stdout).toMatch(/Done after 20 steps/);
  expect(stdout).toMatch(/Baseline \(3-gram, Kneser-Ney\)/);
  expect(stdout).toMatch(/Run folder: \.sequence-lab/);
  expect(stderr).toMatch(/3,000 characters/);
  // eslint-disable-next-line no-control-regex
  expect(stdout + stderr).not.toMatch(/\u001b/);
});

test('train --recipe RUN/run.json repeats a run', async () => {
  const first = (await at('runs', 'list', '--json')).lines().find(({ name }) => name === 'first') as {
    run: string;
    metrics: object;
  };
  const again = await at('train', 'words.txt', '--recipe', path.join(first.run, 'run.json'), '--json');
  expect(again.lines().at(-1)?.metrics).toEqual(first.metrics);
});

test('sample, score and evaluate answer for people and for programs', async () => {
  const once = await at('sample', 'last', '--prompt', 'the ', '--length', '30', '--seed', '3');
  expect(once.code).toBe(0);
  expect(once.stdout.startsWith('the ')).toBe(true);
  const many = (
    await at('sample', 'last', '--prompt', 'the ', '--length', '30', '--seed', '3', '--count', '2', '--json')
  ).lines();
  expect(many).toHaveLength(2);
  expect(`the ${String(many[0].text)}\n`).toBe(once.stdout);
  const scored = await run(['score', 'last', '--json'], { cwd, input: 'the clock\nzzz\n' });
  expect(scored.lines().map(({ text }) => text)).toEqual(['the clock', 'zzz']);
  expect((await run(['score', 'last', 'words.txt'], { cwd })).stdout.split('\n')[0]).toBe(
    'log-prob\tperplexity\tbits/char\ttext',
  );
  const measured = (await at('evaluate', 'last', 'words.txt', '--json')).lines()[0];
  expect(measured).toMatchObject({ tokens: 2999, unknown: 0 });
});

test('runs: list, show, compare, export, delete', async () => {
  await at(...trainTiny('--steps', '10', '--seed', '9', '--name', 'second'));
  const list = (await at('runs', '--json')).lines();
  expect(list[0].name).toBe('second');
  const [second, first] = [list[0], list.find(({ name }) => name === 'first')] as { run: string; id: string }[];
  expect((await at('runs', 'list')).stdout).toContain(second.id);
  expect((await at('runs', 'show', 'last', '--json')).lines()[0]).toMatchObject({ id: second.id, status: 'done' });
  expect((await at('runs', 'show', second.run)).code).toBe(0);
  const compared = (await at('runs', 'compare', first.id, second.id, '--json')).lines();
  expect(compared.filter(({ kind }) => kind === 'comparison').map(({ recipe }) => recipe)).toEqual([
    { 'training.steps': 40, seed: 1 },
    { 'training.steps': 10, seed: 9 },
  ]);
  const table = (await at('runs', 'compare', first.id, second.id)).stdout;
  expect(table).toContain('training.steps');
  expect(table).not.toContain('training.rate');
  const csv = (await at('runs', 'export', second.id, '--csv')).stdout.split('\r\n');
  expect(csv[0]).toMatch(/^step,time,epoch,loss,.*gradientNorm\.rnn\.0.*validationLoss/);
  expect(csv).toHaveLength(12);
  expect((await at('runs', 'export', second.id, '--json')).lines()[0].event).toBe('started');
  expect((await at('runs', 'delete', second.id)).code).toBe(0);
  expect(existsSync(second.run)).toBe(false);
});

test('recipes and doctor', async () => {
  expect((await at('recipes')).stdout).toContain('character-lstm');
  expect((await at('recipes', 'list', '--json')).lines()[0]).toMatchObject({ name: 'character-lstm' });
  expect(JSON.parse((await at('recipes', 'show', 'character-gru')).stdout)).toMatchObject({
    model: { cell: 'gru', hidden: 192 },
  });
  const report = (await at('doctor', '--quick', '--json')).lines()[0] as {
    chosen: string;
    backends: { name: string; available: boolean }[];
  };
  expect(report.backends.map(({ name }) => name)).toEqual(['kernels', 'tensorflow', 'cpu']);
  expect(report.backends[2].available).toBe(true);
});

test.each([
  ['an unknown option', ['train', 'words.txt', '--frobnicate'], /unknown option/],
  ['an unknown command', ['frobnicate', 'x'], /unknown command/],
  ['no file', ['train'], /Name the file to learn from/],
  ['a wrong key', ['train', 'words.txt', '--set', 'training.bach=64'], /did you mean training\.batch\?/],
  ['no assignment', ['train', 'words.txt', '--set', 'training.batch'], /write a key, =, and a value/],
  ['an absurd number', ['train', 'words.txt', '--set', 'model.hidden=1e99'], /model\.hidden must be/],
  ['a bad number', ['train', 'words.txt', '--steps', 'many'], /--steps must be a whole number/],
  ['a negative number', ['train', 'words.txt', '--minutes', '-1'], /--minutes must be a number/],
  ['a wrong backend', ['train', 'words.txt', '--backend', 'gpu'], /Allowed choices/],
  ['an unknown recipe', ['train', 'words.txt', '--recipe', 'character-lstn'], /did you mean character-lstm\?/],
  ['a missing run', ['sample'], /missing required argument/],
  ['a run that is not there', ['sample', 'nothing'], /There is no run nothing/],
  ['no runs at all', ['sample', 'last', '--runs', 'empty'], /There are no runs in empty/],
  ['a file with --resume', ['train', 'words.txt', '--resume', 'last'], /leave FILE out/],
  ['a recipe with --resume', ['train', '--resume', 'last', '--set', 'seed=3'], /--set cannot be changed/],
  ['a beam that is too wide', ['sample', 'last', '--beam', '5000'], /--beam must be a whole number/],
  ['an unknown export', ['runs', 'export', 'last', '--format', 'onnx'], /Allowed choices/],
  ['measurements as JSON only', ['runs', 'export', 'last', '--format', 'arpa', '--json'], /--json is for measurements/],
  ['nothing to rank', ['rank', 'last'], /missing required argument/],
  ['an ambiguous run', ['runs', 'show', '2'], /is the beginning of \d+ runs/],
])('wrong use, %s: exit code 2 and a sentence', async (_, args, message) => {
  const answer = await at(...args);
  expect(answer.code).toBe(2);
  expect(answer.stderr).toMatch(message);
  expect(answer.stderr).not.toMatch(/ {4}at /);
});

test.each([
  ['empty', '', /empty\.txt is empty/],
  ['one', 'x', /one\.txt is too short to learn from: it has 1 character and at least 100 are needed\./],
  ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2]), /binary\.txt is not a text file/],
  [
    'latin1',
    Buffer.from('caf\u00e9 cr\u00e8me '.repeat(40), 'latin1'),
    /latin1\.txt is not valid UTF-8 \(byte 0xE9 at offset 3\)/,
  ],
  ['utf16', Buffer.from(`\uFEFF${'text '.repeat(40)}`, 'utf16le'), /UTF-16/],
])('a file that cannot be learned from (%s): exit code 1, one sentence, no run', async (name, content, message) => {
  writeFileSync(path.join(cwd, `${name}.txt`), content);
  const answer = await at('train', `${name}.txt`, ...tiny, '--steps', '5', '--runs', `runs-${name}`, '--json');
  expect(answer.code).toBe(1);
  expect(sentence(answer)).toMatch(message);
  expect(answer.lines()).toEqual([{ error: sentence(answer) }]);
  expect(readdirSync(path.join(cwd, `runs-${name}`))).toEqual([]);
});

test('a missing file and a folder are named', async () => {
  const missing = await at('train', 'nowhere.txt');
  expect([missing.code, sentence(missing)]).toEqual([
    1,
    'Cannot read nowhere.txt because it does not exist (any more): check the path.',
  ]);
  mkdirSync(path.join(cwd, 'folder'));
  expect(sentence(await at('train', 'folder'))).toBe('folder is a folder: choose a file.');
});

test('one line of 10 MB, line ends of Windows and lone surrogates are learned from', async () => {
  writeFileSync(path.join(cwd, 'line.txt'), 'abcdefghij'.repeat(1_000_000));
  const line = await at('train', 'line.txt', ...tiny, '--steps', '3', '--set', 'evaluation.baseline=false', '--json');
  expect(line.lines().at(-1)).toMatchObject({ event: 'finished', reason: 'done' });
  writeFileSync(path.join(cwd, 'windows.txt'), someText(3000).replaceAll('\n', '\r\n'));
  const windows = (await at('train', 'windows.txt', ...tiny, '--steps', '3', '--json')).lines();
  expect(windows.find(({ event }) => event === 'warning')?.message).toMatch(/line ends of the form CR LF/);
  const { run: folder } = windows.at(-1) as { run: string };
  expect(readFileSync(path.join(folder, 'source.txt'), 'utf8')).toBe(someText(3000));
  // A lone surrogate as some editors write it is no UTF-8 at all.
  writeFileSync(
    path.join(cwd, 'lone.txt'),
    Buffer.concat([Buffer.from(someText(200)), Buffer.from([0xed, 0xa0, 0x80])]),
  );
  expect(sentence(await at('train', 'lone.txt'))).toMatch(/lone\.txt is not valid UTF-8 \(byte 0xED at offset 200\)/);
});

test('a file in place of the run folder is named', async () => {
  writeFileSync(path.join(cwd, 'occupied'), '');
  const answer = await at(...trainTiny('--runs', 'occupied'));
  expect(answer.code).toBe(1);
  expect(sentence(answer)).toMatch(/^Cannot write to .*occupied because a file stands where a folder is needed/);
});

test('a damaged or hostile checkpoint is refused in a sentence', async () => {
  const { run: folder } = (await at(...trainTiny('--steps', '5', '--json'))).lines().at(-1) as { run: string };
  const file = path.join(folder, 'checkpoints/best.safetensors');
  const good = readFileSync(file);
  const header = (json: object): Buffer => {
    const text = Buffer.from(JSON.stringify(json));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, Buffer.alloc(64)]);
  };
  const tensor = (shape: number[], from: number, to: number) => ({ dtype: 'F32', shape, data_offsets: [from, to] });
  const hostile: Record<string, Buffer> = {
    'cut short': good.subarray(0, -10),
    'header longer than the file': Buffer.concat([
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
      good.subarray(8),
    ]),
    'overlapping tensors': header({ a: tensor([8], 0, 32), b: tensor([8], 16, 48) }),
    'product of the shape overflows': header({ a: tensor([2 ** 31, 2 ** 31, 2 ** 31], 0, 64) }),
    'empty file': Buffer.alloc(0),
  };
  for (const [name, bytes] of Object.entries(hostile)) {
    writeFileSync(file, bytes);
    const answer = await at('sample', folder);
    expect([name, answer.code]).toEqual([name, 1]);
    expect(sentence(answer)).toContain('best.safetensors');
  }
  writeFileSync(path.join(folder, 'checkpoints/last.safetensors'), good.subarray(0, 20));
  const resumed = await at('train', '--resume', folder, '--steps', '20');
  expect(resumed.code).toBe(1);
  expect(sentence(resumed)).toContain('last.safetensors');
});

/** Starts a long training and waits until it has made steps. */
async function training(...more: string[]): Promise<{ child: ReturnType<typeof start>; answer: Promise<Answer> }> {
  const child = start(trainTiny('--steps', '1000000', '--json', ...more), { cwd });
  const answer = answerOf(child);
  await new Promise<void>((resolve) => {
    let heard = '';
    child.stdout?.on('data', (text: string) => {
      heard += text;
      if (heard.includes('"event":"step"')) resolve();
    });
  });
  return { child, answer };
}

test('Ctrl-C stops, keeps everything and says how to go on: exit code 130', async () => {
  const { child, answer } = await training();
  child.kill('SIGINT');
  const { code, lines } = await answer;
  expect(code).toBe(130);
  const last = lines().at(-1) as { event: string; reason: string; run: string; step: number };
  expect(last).toMatchObject({ event: 'finished', reason: 'stopped' });
  expect(existsSync(path.join(last.run, 'checkpoints/last.safetensors'))).toBe(true);
  const resumed = (await at('train', '--resume', last.run, '--steps', String(last.step + 5), '--json')).lines();
  expect(resumed.at(-1)).toMatchObject({ reason: 'done', step: last.step + 5 });
  const short = start(trainTiny('--steps', '1000000'), { cwd });
  const said = answerOf(short);
  await once(short.stderr as NodeJS.ReadableStream, 'data');
  short.kill('SIGINT');
  const human = await said;
  expect(human.code).toBe(130);
  expect(human.stdout).toMatch(/Go on with: sequence-lab train --resume \d{8}-|stopped before it began/);
});

test('a second Ctrl-C ends at once; the run reads interrupted and can be resumed', async () => {
  const { child, answer } = await training('--name', 'twice');
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect((await answer).code).toBe(130);
  const first = (await at('runs', 'list', '--json')).lines().find(({ name }) => name === 'twice');
  expect(['interrupted', 'stopped']).toContain(first?.status);
  const killed = await training('--name', 'killed');
  killed.child.kill('SIGKILL');
  await killed.answer;
  const list = (await at('runs', 'list', '--json')).lines();
  expect(list.find(({ name }) => name === 'killed')?.status).toBe('interrupted');
});
