import { describe, expect, it } from 'vitest';
import { ENGINES, parseArguments, PEERS, USAGE } from '../../../bench/arguments';
import { UserError } from '../../../src/core/errors';

const parse = (line: string, cores = 2) => parseArguments(line === '' ? [] : line.split(' '), cores);

describe('parseArguments', () => {
  it('measures everything at one and two threads unless told otherwise', () => {
    expect(parse('')).toEqual({
      quick: false,
      scaling: false,
      json: undefined,
      table: undefined,
      threads: [1, 2],
      engines: [...ENGINES],
      peers: [...PEERS],
      only: undefined,
      install: true,
      help: false,
    });
  });

  it('leaves out more threads than there are cores, unless they are asked for', () => {
    expect(parse('', 1).threads).toEqual([1]);
    expect(parse('--threads 2', 1).threads).toEqual([2]);
  });

  it('leaves plain SIMD out of --quick, unless it is asked for', () => {
    expect(parse('--quick').engines).toEqual(['native', 'relaxed']);
    expect(parse('--quick --engines plain').engines).toEqual(['plain']);
  });

  it('reads lists, in the order of the tables and without doubles', () => {
    expect(parse('--threads 4,1,4').threads).toEqual([4, 1]);
    expect(parse('--engines plain,native').engines).toEqual(['native', 'plain']);
    expect(parse('--peers tfjs-node,pytorch').peers).toEqual(['pytorch', 'tfjs-node']);
    expect(parse('--peers none').peers).toEqual([]);
  });

  it('takes file names as they are', () => {
    const options = parse('--quick --json a/b.json --table c.md --no-install');
    expect(options).toMatchObject({ quick: true, json: 'a/b.json', table: 'c.md', install: false });
  });

  it.each([
    ['--threads 0', '--threads takes whole numbers from 1 to 64, such as 1,2, and not "0".'],
    ['--threads two', '--threads takes whole numbers from 1 to 64, such as 1,2, and not "two".'],
    ['--threads ,', '--threads takes whole numbers from 1 to 64, such as 1,2, and not ",".'],
    ['--engines fast', '--engines takes some of native, relaxed, plain, and not "fast".'],
    ['--peers pytorch,theano', `--peers takes some of ${PEERS.join(', ')}, and not "theano".`],
    ['--qick', "Unknown option '--qick'; --help lists the options."],
  ])('says in one sentence what is wrong with %s', (line, sentence) => {
    expect(() => parse(line)).toThrow(new UserError(sentence));
  });

  it('lists every option in the help', () => {
    const options = ['quick', 'scaling', 'json', 'table', 'threads', 'engines', 'peers', 'only', 'no-install', 'help'];
    for (const option of options) expect(USAGE).toContain(`--${option}`);
  });
});
