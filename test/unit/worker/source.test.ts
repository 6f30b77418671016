import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Cancelled, UserError } from '../../../src/core/errors';
import { CharacterTokenizer } from '../../../src/core/text/character-tokenizer';
import type { Source } from '../../../src/protocol/worker';
import { cutText, encodeSource, encodeStreams, learnVocabulary } from '../../../src/worker/running-text';
import { copySource, detectSource, MINIMUM_CHARACTERS, readWhole } from '../../../src/worker/source';
import { tinyRecipe } from '../../helpers/job';
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

/** Quicker for long arrays than `toEqual`. */
const equal = (a: Int32Array, b: Int32Array): boolean => Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

const copy: Source = { kind: 'file', path: target, label: 'copy.txt' };
const { tokens } = tinyRecipe();

test('vocabulary and ids of a copy are those of its text; the held-out part does not count', async () => {
  const text = `${someText(700_000)}\u{1F600}`;
  await copySource({ kind: 'text', text, label: 'x' }, target, go);
  const tokenizer = await learnVocabulary(copy, 700_000, tokens, go);
  expect(tokenizer.toJSON()).toEqual(CharacterTokenizer.train(text.slice(0, 700_000), tokens).toJSON());
  const cut = { ...cutText(copy, 700_001, 0), border: 699_990 };
  const { train, validation, validationCharacters, unknown } = await encodeStreams(cut, undefined, tokenizer, go);
  expect(equal(train, tokenizer.encode(text.slice(0, 699_990)))).toBe(true);
  expect(validation).toEqual(tokenizer.encode(text.slice(699_990)));
  expect(validation[10]).toBe(tokenizer.unknownId);
  expect(validationCharacters).toBe(10);
  expect(unknown).toBeCloseTo(1 / 11);
});

test('a held-out text of its own takes the place of the end, and of a long one the first million is measured', async () => {
  const [text, held] = [someText(3000), someText(1_000_500)];
  const source: Source = { kind: 'text', text, label: 'x' };
  const tokenizer = await learnVocabulary(source, 3000, tokens, go);
  const heldText = cutText({ kind: 'text', text: held, label: 'held' }, 1_000_500, 0);
  const streams = await encodeStreams(cutText(source, 3000, 0), heldText, tokenizer, go);
  expect(equal(streams.train, tokenizer.encode(text))).toBe(true);
  expect(equal(streams.validation, tokenizer.encode(held.slice(0, 1_000_000)))).toBe(true);
  expect(streams.warnings).toEqual([expect.stringMatching(/first 1,000,000 of 1,000,500 held-out characters/)]);
});

test('a copy that has become shorter is noticed', async () => {
  const tokenizer = CharacterTokenizer.train('abc', { minCount: 1, maxVocabulary: 10 });
  writeFileSync(target, 'abcab');
  await expect(encodeStreams(cutText(copy, 6, 0.5), undefined, tokenizer, go)).rejects.toThrow(/has changed/);
});

test('another text is encoded, with what is unknown counted', async () => {
  const tokenizer = CharacterTokenizer.train('ab\n', { minCount: 1, maxVocabulary: 10 });
  const { ids, unknown, characters } = await encodeSource({ kind: 'text', text: 'a\r\nbz', label: 'x' }, tokenizer, go);
  expect(tokenizer.decode(ids)).toBe('a\nb<unk>');
  expect(unknown).toBeCloseTo(1 / 4);
  expect(characters).toBe(3);
  await expect(encodeSource({ kind: 'text', text: 'a', label: 'x' }, tokenizer, go)).rejects.toThrow(
    /too short to measure/,
  );
});

test('examples are read whole, up to a limit', async () => {
  expect(await readWhole({ kind: 'text', text: '\uFEFFa\r\nb', label: 'x' }, 100, go)).toBe('a\nb');
  await expect(readWhole(file('many.txt', 'x'.repeat(101)), 100, go)).rejects.toThrow(/many\.txt has more than/);
});

test('a recipe is proposed from the beginning of a file', async () => {
  expect(await detectSource(file('play.txt', someText(2000)))).toMatchObject({
    format: 'text',
    recipe: 'character-lstm',
  });
  await expect(detectSource({ kind: 'text', text: '', label: 'Untitled-1' })).rejects.toThrow(/empty/);
});
