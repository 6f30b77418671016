import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Cancelled, UserError } from '../../../src/core/errors';
import { CharacterTokenizer } from '../../../src/core/text/character-tokenizer';
import type { Source } from '../../../src/protocol/worker';
import {
  copySource,
  countVocabulary,
  detectSource,
  encodeCopy,
  encodeSource,
  MINIMUM_CHARACTERS,
} from '../../../src/worker/source';
import { someText, temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const go = { shouldStop: () => false };
const target = path.join(folder, 'copy.txt');

function file(name: string, content: string | Uint8Array): Source {
  const full = path.join(folder, name);
  writeFileSync(full, content);
  return { kind: 'file', path: full, label: name };
}

test('a file is copied normalised, with size and hash of what was there', async () => {
  const bytes = Buffer.from(`\uFEFF${'é line\r\n'.repeat(30)}\u{1F600}`);
  const facts = await copySource(file('windows.txt', bytes), target, go);
  expect(readFileSync(target, 'utf8')).toBe(`${'é line\n'.repeat(30)}\u{1F600}`);
  expect(facts).toMatchObject({
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    copySha256: createHash('sha256').update(readFileSync(target)).digest('hex'),
    characters: 30 * 7 + 1,
  });
  expect(facts.warnings).toHaveLength(2);
});

test('text on a screen gives the same as its file, however chunks are cut', async () => {
  const text = `${'ab\u{1F600}\r\nc'.repeat(90_000)}end`;
  const fromFile = await copySource(file('long.txt', text), target, go);
  const copied = readFileSync(target, 'utf8');
  const fromText = await copySource({ kind: 'text', text, label: 'Untitled-1' }, target, go);
  expect(fromText).toEqual(fromFile);
  expect(readFileSync(target, 'utf8')).toBe(copied);
  expect(copied).toBe(text.replaceAll('\r\n', '\n'));
});

test('what cannot be learned from is refused in one sentence', async () => {
  const refused = async (source: Source) => {
    const error = await copySource(source, target, go).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  };
  expect(await refused(file('play.txt', 'x'))).toBe(
    'play.txt is too short to learn from: it has 1 character and at least 100 are needed.',
  );
  expect(await refused(file('play.txt', 'x'.repeat(MINIMUM_CHARACTERS - 1)))).toContain('it has 99 characters');
  expect(await refused(file('empty.txt', ''))).toContain('empty.txt is empty');
  expect(await refused(file('bytes.bin', Uint8Array.of(1, 2, 0, 3)))).toContain('is not a text file');
  expect(await refused(file('latin1.txt', Buffer.from('caf\u00e9 '.repeat(40), 'latin1')))).toContain(
    'not valid UTF-8',
  );
  expect(await refused({ kind: 'file', path: path.join(folder, 'gone'), label: 'gone' })).toContain('does not exist');
  mkdirSync(path.join(folder, 'sub'));
  expect(await refused({ kind: 'file', path: path.join(folder, 'sub'), label: 'sub' })).toContain('is a folder');
  expect(await refused({ kind: 'text', text: '', label: 'Untitled-1' })).toContain('Untitled-1 is empty');
});

test('reading stops when asked to, and tells how far it is', async () => {
  const shares: number[] = [];
  const source = file('stop.txt', 'x'.repeat(1_000_000));
  const stopping = { shouldStop: () => shares.length >= 2, onProgress: (share: number) => void shares.push(share) };
  await expect(copySource(source, target, stopping)).rejects.toBeInstanceOf(Cancelled);
  expect(shares).toEqual([262_144 / 1e6, 524_288 / 1e6]);
});

test('vocabulary and ids of a copy are those of its text; the held-out part does not count', async () => {
  const text = `${someText(700_000)}\u{1F600}`;
  await copySource({ kind: 'text', text, label: 'x' }, target, go);
  const options = { minCount: 1, maxVocabulary: 1000 };
  const tokenizer = await countVocabulary(target, 700_000, options, go);
  expect(tokenizer.toJSON()).toEqual(CharacterTokenizer.train(text.slice(0, 700_000), options).toJSON());
  const ids = await encodeCopy(target, 700_001, tokenizer, go);
  expect(ids).toEqual(tokenizer.encode(text));
  expect(ids[700_000]).toBe(tokenizer.unknownId);
});

test('a copy that someone changed is noticed', async () => {
  const tokenizer = CharacterTokenizer.train('abc', { minCount: 1, maxVocabulary: 10 });
  for (const characters of [4, 6]) {
    writeFileSync(target, 'abcab');
    await expect(encodeCopy(target, characters, tokenizer, go)).rejects.toThrow(/has changed/);
  }
});

test('another text is encoded, with what is unknown counted', async () => {
  const tokenizer = CharacterTokenizer.train('ab\n', { minCount: 1, maxVocabulary: 10 });
  const { ids, unknown } = await encodeSource({ kind: 'text', text: 'a\r\nbz', label: 'x' }, tokenizer, go);
  expect(tokenizer.decode(ids)).toBe('a\nb<unk>');
  expect(unknown).toBe(1);
  await expect(encodeSource({ kind: 'text', text: 'a', label: 'x' }, tokenizer, go)).rejects.toThrow(
    /too short to measure/,
  );
});

test('a recipe is proposed from the beginning of a file', async () => {
  expect(await detectSource(file('play.txt', someText(2000)))).toMatchObject({
    format: 'text',
    recipe: 'character-lstm',
  });
  await expect(detectSource({ kind: 'text', text: '', label: 'Untitled-1' })).rejects.toThrow(/empty/);
});
