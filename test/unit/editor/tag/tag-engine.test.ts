import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cancelled, UserError } from '../../../../src/core/errors';
import { DocumentTags } from '../../../../src/editor/tag/document-tags';
import { TagEngine, type LineRange, type TagHost } from '../../../../src/editor/tag/tag-engine';
import { TaggedLines, type Edit } from '../../../../src/editor/tag/tagged-lines';
import { capitals, TextDocument } from './text-document';

/** A document with its tags, a tagger that notes what it is asked, and edits that come while it thinks. */
class Desk implements TagHost {
  readonly document: TextDocument;
  readonly lines: TaggedLines;
  readonly engine: TagEngine;
  readonly questions: string[][] = [];
  seen: LineRange[] = [{ from: 0, to: 3 }];
  changes = 0;
  meanwhile: () => void = () => undefined;

  constructor(text: string) {
    this.document = new TextDocument(text);
    this.lines = new TaggedLines(this.document.lines.length);
    this.engine = new TagEngine(this.lines, this);
  }

  textAt(line: number): string {
    return this.document.lines[line];
  }

  visible(): LineRange[] {
    return this.seen;
  }

  changed(): void {
    this.changes++;
  }

  async ask(texts: string[], signal: AbortSignal) {
    this.questions.push(texts);
    this.meanwhile();
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new Cancelled();
    return texts.map(capitals);
  }

  edit(edit: Edit): void {
    this.document.apply(edit);
    this.lines.apply(edit);
  }

  /** Every line has just the tags that it would get anew. */
  expectTagged(): void {
    expect(this.lines.pending).toBe(0);
    this.document.lines.forEach((line, k) => {
      const { spans, nearly } = capitals(line);
      expect(this.lines.at(k)?.tags.spans).toEqual(spans);
      expect(this.lines.at(k)?.tags.nearly).toEqual(nearly);
    });
  }
}

const typed = (line: number, character: number, text: string): Edit => ({
  startLine: line,
  startCharacter: character,
  endLine: line,
  endCharacter: character,
  text,
});
const numbered = (count: number) => Array.from({ length: count }, (_, k) => `Ada saw number ${k} in Turin`).join('\n');

describe('the tagging engine', () => {
  it('asks for what is visible first, each text once, and then for all the rest', async () => {
    const desk = new Desk(`${numbered(5000)}\n\nAda\nAda\nAda`);
    desk.seen = [{ from: 4000, to: 4030 }];
    await desk.engine.run();
    desk.expectTagged();
    expect(desk.questions[0]).toEqual(desk.document.lines.slice(4000, 4030));
    const asked = desk.questions.flat();
    expect(new Set(asked).size).toBe(asked.length);
    for (const question of desk.questions) {
      expect(question.length).toBeLessThanOrEqual(200);
      expect(question.join('').length).toBeLessThanOrEqual(20_000);
    }
  });

  it('asks only for the line that has changed, and for nothing that it knows', async () => {
    const desk = new Desk(numbered(1000));
    await desk.engine.run();
    const before = desk.questions.length;
    desk.edit(typed(1, 0, 'Now '));
    await desk.engine.run();
    expect(desk.questions.slice(before)).toEqual([['Now Ada saw number 1 in Turin']]);
    desk.edit({ startLine: 1, startCharacter: 0, endLine: 1, endCharacter: 4, text: '' });
    desk.edit(typed(500, 0, 'Ada saw number 7 in Turin\n'));
    await desk.engine.run();
    expect(desk.questions).toHaveLength(before + 1);
    desk.expectTagged();
  });

  it('asks of a long paragraph only the sentence that has changed', async () => {
    const sentences = Array.from({ length: 50 }, (_, k) => `On day ${k} the old Ada walked to Turin.`);
    const desk = new Desk(sentences.join(' '));
    await desk.engine.run();
    desk.expectTagged();
    desk.edit(typed(0, desk.document.lines[0].indexOf('day 30'), 'that '));
    const before = desk.questions.length;
    await desk.engine.run();
    expect(desk.questions.slice(before)).toEqual([['On that day 30 the old Ada walked to Turin. ']]);
    desk.expectTagged();
  });

  it('gathers what is typed while a question is out, and asks for it before the rest', async () => {
    const desk = new Desk(numbered(3000));
    desk.meanwhile = () => {
      if (desk.questions.length === 3) for (const letter of 'drawkcab') desk.edit(typed(1, 0, letter));
    };
    await desk.engine.run();
    expect(desk.questions[3]).toEqual(['backwardAda saw number 1 in Turin']);
    desk.expectTagged();
  });

  it('ends in the same tags as tagging anew, whatever is edited while it works', async () => {
    const word = fc.constantFrom(
      'Ada',
      'grace',
      ' ',
      '\n',
      '\r\n',
      '. ',
      '🙂',
      'שלום',
      'É',
      'long sentence. '.repeat(40),
      '',
    );
    const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(''));
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const edit = fc.record({ from: place, to: place, start: place, end: place, text });
    await fc.assert(
      fc.asyncProperty(text, fc.array(edit, { maxLength: 12 }), async (initial, edits) => {
        const desk = new Desk(initial);
        desk.meanwhile = () => {
          const next = edits.pop();
          if (!next) return;
          const { lines } = desk.document;
          const [startLine, endLine] = [next.from, next.to].map((share) => Math.floor(share * (lines.length - 1))).sort((a, b) => a - b); // prettier-ignore
          const startCharacter = Math.floor(next.start * lines[startLine].length);
          const least = startLine === endLine ? startCharacter : 0;
          const endCharacter = least + Math.floor(next.end * (lines[endLine].length - least));
          desk.edit({ startLine, startCharacter, endLine, endCharacter, text: next.text });
        };
        do await desk.engine.run();
        while ((desk.meanwhile(), desk.lines.pending > 0));
        desk.expectTagged();
      }),
      { numRuns: 200 },
    );
  });

  it('takes a change that comes in the same turn in which the work has ended', async () => {
    const desk = new Desk('Ada\nBob');
    await desk.engine.run();
    desk.edit({ startLine: 0, startCharacter: 0, endLine: 0, endCharacter: 3, text: 'Bob' });
    void desk.engine.run();
    expect(desk.lines.pending).toBe(0);
    desk.edit(typed(0, 0, 'Jim and '));
    await desk.engine.run();
    desk.expectTagged();
  });

  it('stops at once, and what comes afterwards counts for nothing', async () => {
    const desk = new Desk(numbered(2000));
    desk.meanwhile = () => desk.questions.length === 2 && desk.engine.stop();
    await desk.engine.run();
    expect(desk.questions).toHaveLength(2);
    expect(desk.lines.pending).toBe(2000 - 3);
    expect(desk.engine.busy).toBe(false);
  });

  it('ends a long pass on request, and then tags what is seen', async () => {
    const desk = new Desk(numbered(2000));
    desk.meanwhile = () => desk.questions.length === 2 && desk.engine.restrictToVisible();
    await desk.engine.run();
    expect(desk.questions).toHaveLength(2);
    desk.seen = [{ from: 1990, to: 2000 }];
    await desk.engine.run();
    expect(desk.questions[2]).toEqual(desk.document.lines.slice(1990));
  });

  it('takes ten megabytes without holding up others for long', async () => {
    const desk = new Desk(Array.from({ length: 10_000 }, (_, k) => `${'and Ada went on '.repeat(62)}${k}`).join('\n'));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await desk.engine.run();
    clearInterval(timer);
    expect(desk.lines.pending).toBe(0);
    expect(turns).toBeGreaterThan(20);
  });
});

describe('the tags of a document', () => {
  const tagger = { folder: '/runs/a', name: 'a', version: '1', followsCurrent: true };

  it('keep what is shown until another tagger has answered', async () => {
    const desk = new Desk('Ada\nBob');
    const tags = new DocumentTags(2, desk, () => undefined);
    await tags.tag(tagger);
    desk.meanwhile = () => expect(tags.spansAt(1)).toHaveLength(1);
    await tags.tag({ ...tagger, version: '2' });
    expect(desk.questions).toEqual([['Ada', 'Bob'], ['Ada', 'Bob']]); // prettier-ignore
    expect(tags.progress).toBe(1);
    tags.dispose();
  });

  it('show what people have set in the place of what the model says of that line', async () => {
    const desk = new Desk('Ada went\nBob went');
    const tags = new DocumentTags(2, desk, () => undefined);
    await tags.tag(tagger);
    const set = { start: 4, end: 8, label: 'VERB', probability: 1, alternatives: [], annotated: true };
    tags.overlay = { spansAt: (line) => (line === 0 ? [set] : undefined) };
    expect(tags.spansAt(0)).toEqual([set]);
    expect(tags.nearlyAt(0)).toEqual([]);
    expect(tags.spansAt(1)[0].label).toBe('NAME');
    expect(tags.nearlyAt(1)).toHaveLength(1);
    expect(tags.spansAt(99)).toEqual([]);
    tags.dispose();
  });

  it('do not ask again a tagger that has failed', async () => {
    const desk = new Desk('Ada');
    let asked = 0;
    desk.ask = () => Promise.reject(new UserError(`The run is damaged (${++asked}).`));
    const tags = new DocumentTags(1, desk, () => undefined);
    await expect(tags.tag(tagger)).rejects.toThrow('damaged (1)');
    await tags.goOn();
    expect(asked).toBe(1);
    tags.dispose();
  });
});
