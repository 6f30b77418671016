import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Contender } from '../../../bench/contender';
import { peakMemory } from '../../../bench/memory';
import { readAnswer, splitRequest } from '../../../bench/protocol';
import { compare } from '../../../bench/rounds';
import { parametersOf, works, type Work } from '../../../bench/works';

/** A contender in a few lines: its model has `parameters`, and each measurement takes `milliseconds`. */
const fake = (parameters: number, milliseconds: number) => ({
  command: process.execPath,
  args: [
    '-e',
    `const answer = { hello: () => ({ version: 'fake {threads}' }), memory: () => 1,
       prepare: (work) => ({ parameters: ${parameters}, loss: Math.log(JSON.parse(work).vocabulary) }),
       run: (count) => Array(+count).fill(${milliseconds}) };
     require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
       const [request, ...rest] = line.split(' ');
       if (!answer[request]) return console.log('error no such request');
       console.log('chatter');
       console.log('ok ' + JSON.stringify(answer[request](rest.join(' '))));
     });`,
  ],
});

describe('protocol', () => {
  it('cuts a request at its first blank', () => {
    expect(splitRequest('hello')).toEqual(['hello', '']);
    expect(splitRequest('prepare {"a": 1}')).toEqual(['prepare', '{"a": 1}']);
  });

  it('tells answers from chatter', () => {
    expect(readAnswer('ok [1,2]')).toEqual({ value: [1, 2] });
    expect(readAnswer('error no memory')).toEqual(new Error('no memory'));
    expect(readAnswer('Hi, this is a library speaking')).toBeUndefined();
  });
});

describe('Contender', () => {
  const started: Contender[] = [];
  const start = (...args: ConstructorParameters<typeof Contender>) => {
    const contender = new Contender(...args);
    started.push(contender);
    return contender;
  };
  afterEach(() => Promise.all(started.splice(0).map((contender) => contender.close())));

  it('asks and is answered, with the threads filled in', async () => {
    const contender = start(fake(7, 2), 3);
    expect(await contender.ask('hello')).toEqual({ version: 'fake 3' });
    expect(await contender.ask('run', '4')).toEqual([2, 2, 2, 2]);
  });

  it('says why when the process dies', async () => {
    const contender = start(
      { command: process.execPath, args: ['-e', 'console.error("out of luck"); process.exit(3)'] },
      1,
    );
    await expect(contender.ask('hello')).rejects.toThrow('it ended (code 3): out of luck');
    await expect(contender.ask('hello')).rejects.toThrow('it ended (code 3): out of luck');
  });

  it('says why when there is no such program', async () => {
    await expect(start({ command: '/nowhere/python', args: [] }, 1).ask('hello')).rejects.toThrow('ENOENT');
  });
});

describe('compare', () => {
  const work: Work = works[0];

  it('measures everyone and leaves out, by name, whoever built another model', async () => {
    const right = parametersOf(work);
    const launch = { pytorch: fake(right, 4), 'tfjs-node': fake(right + 1, 1) };
    const entrants = [{ peer: 'pytorch' as const }, { peer: 'tfjs-node' as const }];
    const effort = { seconds: 0, leastRounds: 2 };
    const comparison = await compare(
      work,
      1,
      entrants,
      (entrant) => launch[(entrant as (typeof entrants)[0]).peer],
      effort,
    );
    // 120 ms a turn, two turns.
    expect(comparison.figures).toEqual([
      { entrant: { peer: 'pytorch' }, time: { minimum: 4, median: 4, count: 60 }, memory: 1 },
    ]);
    expect(comparison.skipped).toEqual([
      { entrant: { peer: 'tfjs-node' }, reason: `it built another model, of ${right + 1} parameters` },
    ]);
  });
});

describe('peakMemory', () => {
  it('is what the process has held, and never falls', () => {
    const before = peakMemory();
    const block = new Uint8Array(200 * 2 ** 20).fill(1);
    const after = peakMemory();
    expect(block.length).toBeGreaterThan(0);
    expect(before).toBeGreaterThan(20 * 2 ** 20);
    if (existsSync('/proc/self/status')) expect(after).toBeGreaterThanOrEqual(process.memoryUsage.rss() * 0.9);
    expect(after).toBeGreaterThanOrEqual(before);
  });
});
