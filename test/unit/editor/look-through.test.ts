import { describe, expect, it, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import { Cancelled, UserError } from '../../../src/core/errors';
import { linesOf, lookThrough } from '../../../src/editor/common/look-through';

vi.mock('vscode', () => ({ l10n: { t: (sentence: string) => sentence } }));

const texts = ['one', 'two', 'three'];
const open = () => ({ version: 1, lineCount: 3, lineAt: (line: number) => ({ text: texts[line] }) });
const asDocument = (document: ReturnType<typeof open>) => document as unknown as TextDocument;

/** Long work: the lines, and something to do in between. */
function* reading(document: ReturnType<typeof open>, meanwhile = () => {}): Generator<void, string[]> {
  const found: string[] = [];
  for (const text of linesOf(asDocument(document))) {
    found.push(text);
    // Longer than a slice, so that others have their turn.
    for (const until = performance.now() + 10; performance.now() < until;);
    meanwhile();
    yield;
  }
  return found;
}

describe('looking through a document', () => {
  it('comes to what the work comes to', async () => {
    const document = open();
    const { signal } = new AbortController();
    expect(await lookThrough(asDocument(document), reading(document), signal)).toEqual(texts);
  });

  it('ends in a sentence when the text changes', async () => {
    const document = open();
    const { signal } = new AbortController();
    const work = reading(document, () => document.version++);
    await expect(lookThrough(asDocument(document), work, signal)).rejects.toThrow(UserError);
  });

  it('ends when it is cancelled', async () => {
    const document = open();
    const controller = new AbortController();
    const work = reading(document, () => controller.abort());
    await expect(lookThrough(asDocument(document), work, controller.signal)).rejects.toThrow(Cancelled);
  });
});
