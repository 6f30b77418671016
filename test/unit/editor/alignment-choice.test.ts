import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AlignmentChoice, type Alignment } from '../../../src/editor/translate/alignment-choice';
import type { VectorsChoice } from '../../../src/protocol/explore';
import type { VectorSource } from '../../../src/protocol/word-vectors';

interface Item {
  label: string;
  description?: string;
}

const vscode = vi.hoisted(() => ({
  /** What a person picks in each list that comes, by its label; undefined is Escape. */
  picks: [] as (string | undefined)[],
  /** The lists that were shown: title, and the labels in them. */
  lists: [] as { title: string; labels: string[] }[],
  file: undefined as string | undefined,
}));
vi.mock('vscode', () => ({
  l10n: { t: (text: string) => text },
  window: {
    showQuickPick: (items: Item[], { title }: { title: string }) => {
      vscode.lists.push({ title, labels: items.map(({ label }) => label) });
      const wanted = vscode.picks.shift();
      return Promise.resolve(items.find(({ label }) => label === wanted));
    },
    showOpenDialog: () => Promise.resolve(vscode.file === undefined ? undefined : [{ fsPath: vscode.file }]),
  },
}));

const english: VectorsChoice = { source: { run: '/runs/en' }, name: 'english', detail: 'today' };
const french: VectorsChoice = { source: { file: '/vectors/fr.vec' }, name: 'french', detail: 'a file' };
const german: VectorsChoice = { source: { run: '/runs/de' }, name: 'german', detail: 'today' };

/** A choice among these vectors, of which all can be had but those in `gone`. */
function choiceOf(choices: VectorsChoice[], gone: VectorSource[] = []) {
  const kept = new Map<string, unknown>();
  const sources = {
    choices: () => Promise.resolve(choices),
    offered: (source: VectorSource) => Promise.resolve(!gone.includes(source)),
  };
  const memory = {
    keys: () => [...kept.keys()],
    get: <T>(key: string) => kept.get(key) as T,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  };
  return new AlignmentChoice(sources, memory as never);
}

beforeEach(() => Object.assign(vscode, { picks: [], lists: [], file: undefined }));

describe('the first time', () => {
  test('it asks for both languages and for what is known, and never for the same vectors twice', async () => {
    vscode.picks = ['english', 'french', 'Words That Both Have'];
    const alignment = await choiceOf([english, french, german]).ask();
    expect(alignment).toEqual({ source: english.source, target: french.source });
    expect(vscode.lists.map(({ labels }) => labels)).toEqual([
      ['english', 'french', 'german'],
      ['french', 'german'],
      ['Words That Both Have', 'Dictionary File…'],
    ]);
  });

  test('a dictionary is a file', async () => {
    vscode.picks = ['german', 'english', 'Dictionary File…'];
    vscode.file = '/words.tsv';
    const wanted = { source: german.source, target: english.source, dictionary: '/words.tsv' };
    expect(await choiceOf([english, german]).ask()).toEqual(wanted);
  });

  test.each([
    ['the first language', []],
    ['the second', ['english']],
    ['what is known', ['english', 'french']],
    ['the file', ['english', 'french', 'Dictionary File…']],
  ])('Escape at %s ends it', async (_, picks) => {
    vscode.picks = [...picks];
    expect(await choiceOf([english, french]).ask()).toBeUndefined();
    expect(vscode.lists).toHaveLength(Math.min(3, picks.length + 1));
  });

  test('one language is too few', async () => {
    await expect(choiceOf([english]).ask()).rejects.toThrow('Translating needs word vectors of two languages');
    expect(vscode.lists).toEqual([]);
  });
});

test('what was chosen is remembered as long as both are there', async () => {
  const alignment: Alignment = { source: english.source, target: french.source, dictionary: '/words.tsv' };
  const choice = choiceOf([english, french]);
  expect(await choice.remembered()).toBeUndefined();
  await choice.remember(alignment);
  expect(await choice.remembered()).toEqual(alignment);
  const poorer = choiceOf([english], [french.source]);
  await poorer.remember(alignment);
  expect(await poorer.remembered()).toBeUndefined();
});

test('titles have the names of both, of a file that is gone its own', async () => {
  const alignment = { source: english.source, target: { file: '/old/it.vec' } };
  expect(await choiceOf([english, french]).names(alignment)).toEqual(['english', 'it.vec']);
});
