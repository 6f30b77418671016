import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import {
  activate,
  closeEditors,
  run,
  showText,
  until,
  watchTurns,
  workspaceUri,
  type Api,
  type Result,
  type Span,
} from './help';
import { ownTurns } from './own-turns';

interface Answer {
  texts: { tokens: number }[];
}
interface StarterApi extends Api {
  annotating: {
    annotations: {
      of(document: vscode.TextDocument): { marks: Span[]; labels: string[] } | undefined;
      settled(document: vscode.TextDocument): Promise<void>;
    };
  };
  tagging: {
    model: {
      onDidChangeSpans: vscode.Event<vscode.TextDocument>;
      ask(options: object, signal: AbortSignal): Promise<Answer>;
      currentSpans(document: vscode.TextDocument, lines?: { from: number; to: number }): { line: number; span: Span }[];
      of(document: vscode.TextDocument):
        | {
            busy: boolean;
            chunks?: boolean;
            tagger?: { folder: string; name: string };
            lines: { pending: number; at(line: number): { pending: boolean } | undefined };
          }
        | undefined;
    };
  };
}

/** A name that the starter tagger reads now as one thing, now as another. */
const LETTERS = `Harry Potter and Hermione Granger left London in the morning.
Last winter Mercury opened an office in Bristol.
We wrote to Mercury about the broken clock.
Nobody at Mercury answered the letter for a week.
In the end Mercury sent a new clock to Peter Brown.
`;
const STARTER = { folder: 'starter' };
const NAMES = ['Anna Keller', 'Peter Brown', 'Tom Baker', 'Mary Moss'];
const TOWNS = ['London', 'Bristol', 'Vienna', 'Oslo', 'Turin'];
/** Lines of about 40 characters, no two alike. */
const prose = (lines: number): string =>
  Array.from({ length: lines }, (_, k) => `${NAMES[k % 4]} sold ${k} clocks in ${TOWNS[k % 5]}.\n`).join('');
/** A megabyte. */
const LINES = 26_000;
const PRESSES = 21;

describe('the starter tagger', () => {
  let api: StarterApi;
  before(async () => {
    api = (await activate()) as StarterApi;
    await api.runs.select(undefined);
  });
  afterEach(closeEditors);

  const placed = (document: vscode.TextDocument, lines?: { from: number; to: number }) =>
    api.tagging.model
      .currentSpans(document, lines)
      .map(({ line, span }) => ({ line, words: document.lineAt(line).text.slice(span.start, span.end), ...span }));
  const labelsOf = (document: vscode.TextDocument, words: string): string[] =>
    placed(document).filter((span) => span.words === words).map(({ label, annotated }) => label + (annotated ? '!' : '')); // prettier-ignore
  const settled = (document: vscode.TextDocument) =>
    until('the tags of what was typed', () => {
      const tags = api.tagging.model.of(document);
      return tags && !tags.busy && tags.lines.pending === 0;
    });
  const figure = (context: unknown, text: string): void => {
    (context as { figure?: string }).figure = text;
  };
  async function select(editor: vscode.TextEditor, words: string, occurrence = 0): Promise<void> {
    let at = -1;
    for (let k = 0; k <= occurrence; k++) at = editor.document.getText().indexOf(words, at + 1);
    const wanted = new vscode.Selection(editor.document.positionAt(at), editor.document.positionAt(at + words.length));
    if (editor.selection.isEqual(wanted)) return;
    // The host tells the workbench, which may still be telling of an earlier selection; its answer is what counts.
    await new Promise<void>((resolve) => {
      const listener = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
        if (textEditor !== editor || !selections[0].isEqual(wanted)) return;
        listener.dispose();
        resolve();
      });
      editor.selection = wanted;
    });
  }

  it('learns a correction in seconds, and changes its mind wherever the same name stands', async function () {
    this.timeout(180_000);
    await vscode.workspace.fs.writeFile(workspaceUri('mercury.txt'), Buffer.from(LETTERS));
    const editor = await vscode.window.showTextDocument(workspaceUri('mercury.txt'));
    const { document } = editor;
    await run('tagCurrentFile', STARTER);
    const before = labelsOf(document, 'Mercury');
    assert.ok(before.some((label) => label !== 'organisation'), before.join(' ')); // prettier-ignore
    const people = labelsOf(document, 'Harry Potter');
    await select(editor, 'Mercury');
    await run('annotate', { label: 'organisation' });
    assert.equal(labelsOf(document, 'Mercury')[0], 'organisation!');
    assert.deepEqual(labelsOf(document, 'Mercury').slice(1), before.slice(1), 'nothing else has changed yet');
    const begun = performance.now();
    const result = await run<Result | undefined>('trainOnAnnotations');
    assert.equal(result?.finished.reason, 'done');
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    assert.equal(api.tagging.model.of(document)?.tagger?.folder, result.run, 'the text is tagged by what was trained');
    assert.deepEqual(labelsOf(document, 'Mercury').slice(1).map((label) => label.replace('!', '')), ['organisation', 'organisation', 'organisation']); // prettier-ignore
    assert.deepEqual(labelsOf(document, 'Harry Potter'), people, 'what nobody corrected stays');
    // First what counted as right when the training began, then the correction; what was learned stays learned.
    for (let steps = 0; (api.annotating.annotations.of(document)?.marks.length ?? 0) > 0; steps++) {
      assert.ok(steps < 2, 'two steps back');
      await run('undoAnnotation');
    }
    assert.deepEqual(labelsOf(document, 'Mercury'), new Array(4).fill('organisation'));
    assert.equal(document.getText(), LETTERS);
    assert.equal(document.isDirty, false);
    await run('tagCurrentFile', STARTER);
    assert.deepEqual(labelsOf(document, 'Mercury'), before, 'the starter tagger itself is as it was');
    figure(this, `${before.join(', ')} → organisation everywhere, trained and tagged again in ${seconds} s`);
  });

  for (const end of ['\n', '\r\n']) {
    it(`annotations and tags of a text without a file go with it when it is saved (${end === '\n' ? 'LF' : 'CRLF'})`, async () => {
      const file = workspaceUri(`saved-${end.length}.txt`);
      const text = `🙂 שלום Ada.\n${LETTERS}`.replaceAll('\n', end);
      const untitled = await vscode.workspace.openTextDocument(file.with({ scheme: 'untitled' }));
      const editor = await vscode.window.showTextDocument(untitled);
      await editor.edit((builder) => {
        builder.setEndOfLine(end === '\n' ? vscode.EndOfLine.LF : vscode.EndOfLine.CRLF);
        builder.insert(new vscode.Position(0, 0), text);
      });
      await run('tagCurrentFile', STARTER);
      await select(editor, 'Mercury', 1);
      await run('annotate', { label: 'planet' });
      await select(editor, 'Ada');
      await run('annotate', { label: 'person' });
      assert.ok(await untitled.save());
      const saved = await until('the annotations of the file', async () => {
        const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
        return document && (api.annotating.annotations.of(document)?.marks.length ?? 0) > 0 ? document : undefined;
      });
      await api.annotating.annotations.settled(saved);
      const beside = await until('the file beside', () => vscode.workspace.fs.readFile(file.with({ path: `${file.path}.spans.json` })).then((bytes) => bytes, () => undefined)); // prettier-ignore
      const { labels, spans } = JSON.parse(Buffer.from(beside).toString()) as { labels: string[]; spans: { start: number; text: string; label: string }[] }; // prettier-ignore
      const lines = text.replaceAll('\r\n', '\n');
      const second = lines.indexOf('Mercury', lines.indexOf('Mercury') + 1);
      assert.deepEqual(labels, ['planet', 'person'], 'the digits of the labels stay');
      assert.deepEqual(spans.map(({ start, text: words, label }) => [start, words, label]), [[lines.indexOf('Ada'), 'Ada', 'person'], [second, 'Mercury', 'planet']]); // prettier-ignore
      await until('the tags', () => labelsOf(saved, 'Bristol').length === 1);
      assert.equal(saved.getText(), text);
    });
  }

  it('a file that is saved takes nothing from another text', async () => {
    const editor = await showText('Ada left.');
    await select(editor, 'Ada');
    await run('annotate', { label: 'person' });
    const file = workspaceUri('alone.txt');
    await vscode.workspace.fs.writeFile(file, Buffer.from('Ada'));
    const other = await vscode.window.showTextDocument(file, { viewColumn: vscode.ViewColumn.Two });
    await other.edit((builder) => builder.insert(new vscode.Position(0, 3), ' left.'));
    assert.ok(await other.document.save());
    assert.equal(api.annotating.annotations.of(other.document), undefined, 'while the other is open');
  });

  it('labels of tokens, beside a tagger of parts of speech, are learned without B and I', async function () {
    this.timeout(120_000);
    const nouns = ['river', 'clock', 'letter'];
    const verbs = ['sings', 'waits', 'comes'];
    const columns = Array.from({ length: 90 }, (_, k) => `the DET\n${nouns[k % 3]} NOUN\n${verbs[(k >> 1) % 3]} VERB\n`).join('\n'); // prettier-ignore
    await vscode.workspace.fs.writeFile(workspaceUri('parts.conll'), Buffer.from(columns));
    const recipe = { task: 'tagging', source: { format: 'conll' }, model: { kind: 'hmm' } };
    await vscode.workspace.fs.writeFile(workspaceUri('parts.recipe.json'), Buffer.from(JSON.stringify(recipe)));
    const uri = workspaceUri('parts.conll').toString();
    const parts = await run<Result | undefined>('trainOnCurrentFile', { uri, recipe: 'parts.recipe.json' });
    assert.ok(parts);
    await vscode.workspace.fs.writeFile(workspaceUri('parts.txt'), Buffer.from('the clock waits\nthe river sings\n'.repeat(3))); // prettier-ignore
    const editor = await vscode.window.showTextDocument(workspaceUri('parts.txt'));
    await run('tagCurrentFile', { folder: parts.run });
    assert.equal(api.tagging.model.of(editor.document)?.chunks, false);
    await select(editor, 'clock');
    await run('annotate', { label: 'PROPN' });
    const beside = workspaceUri('parts.txt.spans.json');
    const stored = JSON.parse(Buffer.from(await vscode.workspace.fs.readFile(beside)).toString()) as { scheme?: string }; // prettier-ignore
    assert.equal(stored.scheme, 'tokens');
    const target = workspaceUri('parts-out.conll');
    await run('exportTags', { format: 'conll', target });
    assert.match(Buffer.from(await vscode.workspace.fs.readFile(target)).toString(), /^the\tDET\nclock\tPROPN\nwaits\tVERB\n/); // prettier-ignore
    const learned = await run<Result | undefined>('trainOnAnnotations', { recipe: 'most-frequent-tag' });
    assert.equal(learned?.finished.reason, 'done');
    await settled(editor.document);
    assert.equal(api.tagging.model.of(editor.document)?.tagger?.folder, learned.run);
    assert.equal(api.tagging.model.of(editor.document)?.chunks, false);
    const found = placed(editor.document, { from: 2, to: 3 }).map(({ words, label }) => `${words} ${label}`);
    assert.deepEqual(found, ['the DET', 'clock PROPN', 'waits VERB']);
  });

  describe('in a file of a megabyte', () => {
    const owner = `${vscode.extensions.getExtension('sequence-lab.sequence-lab')?.extensionPath ?? '?'}/dist/`;

    it('idle, for comparison', async function () {
      let turns = '';
      const own = await ownTurns(owner, async () => (turns = (await watchTurns(2000)).figure));
      figure(this, `${turns}; ${own.figure}`);
    });

    for (const [name, megabytes] of [
      ['a megabyte', 1],
      ['ten megabytes', 10],
    ] as const) {
      // prettier-ignore
      it(`tags and repaints what changes: ${name}`, async function () {
        this.timeout(300_000);
        const uri = workspaceUri(`large-${megabytes}.txt`);
        await vscode.workspace.fs.writeFile(uri, Buffer.from(prose(LINES * megabytes)));
        const editor = await vscode.window.showTextDocument(uri);
        const { document } = editor;
        const { model } = api.tagging;
        const ask = model.ask.bind(model);
        let [tokens, asked] = [0, 0];
        model.ask = async (options, signal) => {
          const begun = performance.now();
          const answer = await ask(options, signal);
          asked += performance.now() - begun;
          tokens += answer.texts.reduce((sum, text) => sum + text.tokens, 0);
          return answer;
        };
        try {
          const begun = performance.now();
          const tagging = run('tagCurrentFile', STARTER);
          // Looking at the stack takes time itself.
          const { figure: turns } = await watchTurns(2500);
          const own = await ownTurns(owner, async () => {
            if (megabytes === 1) await tagging;
            else await new Promise((resolve) => setTimeout(resolve, 2500));
          });
          const seconds = (performance.now() - begun) / 1000;
          const speed = `${Math.round(tokens / seconds)} tokens a second, ${Math.round((tokens / asked) * 1000)} while it was asked`; // prettier-ignore
          const times: number[] = [];
          const watched = watchTurns(2000);
          for (let k = 0; k < PRESSES; k++) times.push(await toTags(document, editor, k));
          const { figure: typed } = await watched;
          const typing = await ownTurns(owner, async () => {
            for (let k = 0; k < PRESSES; k++) await toTags(document, editor, PRESSES + k);
          });
          await run('stopTagging');
          await tagging;
          times.sort((a, b) => a - b);
          assert.ok(times.every((time) => time > 0));
          const found = placed(document, { from: 5, to: 6 }).map(({ words }) => words);
          assert.ok(found.includes(NAMES[1]), found.join(', '));
          figure(this, `${speed}; tagging: ${turns}; ${own.figure}; a change has its tags after ${times[PRESSES >> 1].toFixed(1)} ms (median); typing: ${typed}; ${typing.figure}`); // prettier-ignore
        } finally {
          model.ask = ask;
        }
      });
    }

    /** Milliseconds from the change of a line, as it is told, until the line has its tags. */
    async function toTags(document: vscode.TextDocument, editor: vscode.TextEditor, k: number): Promise<number> {
      let begun = 0;
      const edits = vscode.workspace.onDidChangeTextDocument(() => (begun ||= performance.now()));
      const { lines } = api.tagging.model.of(document) ?? {};
      const done = new Promise<number>((resolve) => {
        const spans = api.tagging.model.onDidChangeSpans((changed) => {
          if (changed !== document || !begun || lines?.at(5)?.pending !== false) return;
          spans.dispose();
          resolve(performance.now() - begun);
        });
      });
      await editor.edit((builder) => builder.insert(document.lineAt(5).range.end, ` And ${k}.`));
      const time = await done;
      edits.dispose();
      return time;
    }
  });
});
