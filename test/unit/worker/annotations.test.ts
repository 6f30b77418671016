import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { parseRecipe } from '../../../src/core/recipe';
import { UserError } from '../../../src/core/errors';
import type { Source } from '../../../src/protocol/worker';
import { annotatedSource, detectAnnotated } from '../../../src/worker/annotations';
import { temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const go = { shouldStop: () => false };
const tagger = parseRecipe({ task: 'tagging', model: { kind: 'most-frequent-tag' } }, '');
const TEXT = 'Ann met Bob.\nNobody came.\n';

function file(name: string, content: string, spans?: object[]): Extract<Source, { kind: 'file' }> {
  const full = path.join(folder, name);
  writeFileSync(full, content);
  if (spans) writeFileSync(`${full}.spans.json`, JSON.stringify({ version: 1, spans }));
  return { kind: 'file', path: full, label: name };
}

const ann = { start: 0, end: 3, label: 'person' };

test('a text with annotations beside it is offered as annotated, with the reason', async () => {
  const { format, recipe, recipes, reason } = await detectAnnotated(file('notes.txt', TEXT, [ann]));
  expect(format).toBe('sidecar');
  expect(recipes?.[0]).toBe(recipe);
  expect(recipes).toContain('character-lstm');
  expect(reason).toBe(
    'notes.txt has annotations beside it (notes.txt.spans.json): 1 span of 1 label in 1 line that were read, a tagger fits.',
  );
  expect((await detectAnnotated(file('plain.txt', TEXT))).format).toBe('text');
  const broken = await detectAnnotated(file('broken.txt', TEXT, [{ start: 5 }]));
  expect(broken).toMatchObject({ format: 'sidecar', reason: expect.stringMatching(/beside it/) });
  expect((await detectAnnotated(file('own.conll', 'Ann\tB-person\n', [ann]))).format).toBe('conll');
});

test('a tagger learns from the lines that were read, as they are on the screen', async () => {
  const source = file('train.txt', TEXT, [ann]);
  expect(await annotatedSource(source, tagger, go)).toMatchObject({
    source: { kind: 'text', label: 'train.txt', text: `{"text":"Ann met Bob.","spans":[${JSON.stringify(ann)}]}\n` },
    format: 'spans',
    warnings: [],
  });
  const onScreen = `New.\r\n${TEXT.replaceAll('\n', '\r\n')}`;
  const uri = pathToFileURL(source.path).href;
  writeFileSync(
    `${source.path}.spans.json`,
    JSON.stringify({ version: 1, spans: [{ ...ann, text: 'Ann', before: '', after: ' met Bob.' }] }),
  );
  const edited = await annotatedSource({ kind: 'text', text: onScreen, label: 'train.txt', uri }, tagger, go);
  expect(edited?.source).toMatchObject({ text: `{"text":"Ann met Bob.","spans":[${JSON.stringify(ann)}]}\n` });
});

test('other recipes, other formats and texts without annotations are left as they are', async () => {
  const source = file('left.txt', TEXT, [ann]);
  const language = parseRecipe({}, '');
  const named = parseRecipe({ task: 'tagging', model: { kind: 'most-frequent-tag' }, source: { format: 'conll' } }, '');
  expect(await annotatedSource(source, language, go)).toBeUndefined();
  expect(await annotatedSource(source, named, go)).toBeUndefined();
  expect(await annotatedSource(file('none.txt', TEXT), tagger, go)).toBeUndefined();
  expect(await annotatedSource(file('a.conll', 'Ann\tB-person\n', [ann]), tagger, go)).toBeUndefined();
  expect(await annotatedSource({ kind: 'text', text: TEXT, label: 'Untitled-1' }, tagger, go)).toBeUndefined();
});

test('damaged annotations are refused with the place, and annotations without a line too', async () => {
  const error = async (source: Source): Promise<unknown> => annotatedSource(source, tagger, go).catch((each: unknown) => each); // prettier-ignore
  const outside = await error(file('outside.txt', TEXT, [{ ...ann, end: 3000 }]));
  expect(outside).toBeInstanceOf(UserError);
  expect(String(outside)).toMatch(/outside\.txt\.spans\.json, line 1, column \d+: the end 3000 lies outside/);
  expect(String(await error(file('empty.txt', TEXT, [])))).toMatch(/has no line that was read: annotate some of empty/);
});

test('labels of tokens are learned as they stand, from lines in which each word has one', async () => {
  const source = file('tokens.txt', 'Ann ran\nBob sat\n');
  const span = (start: number, end: number, label: string): object => ({ start, end, label });
  const write = (...spans: object[]): void =>
    writeFileSync(`${source.path}.spans.json`, JSON.stringify({ version: 1, scheme: 'tokens', spans }));
  write(span(0, 3, 'NOUN'), span(4, 7, 'VERB'), span(8, 11, 'NOUN'));
  expect(await annotatedSource(source, tagger, go)).toMatchObject({
    source: { text: 'Ann\tNOUN\nran\tVERB\n\n' },
    format: 'conll',
  });
  write(span(0, 3, 'NOUN'));
  await expect(annotatedSource(source, tagger, go)).rejects.toThrow(
    'tokens.txt.spans.json has no line in which each word has a label: label the other words too.',
  );
});
