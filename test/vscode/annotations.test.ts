import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, closeEditors, noticesOf, run, showText, until, workspaceUri, type Api } from './help';

interface Span {
  start: number;
  end: number;
  label: string;
  state?: string;
  text?: string;
  lost?: boolean;
}
interface Proposal {
  start: number;
  end: number;
  label: string;
  probability: number;
  alternatives: { label: string; probability: number }[];
}
interface AnnotationsApi extends Api {
  annotating: {
    annotations: {
      of(document: vscode.TextDocument): { marks: Span[]; labels: string[] } | undefined;
      copies: {
        keep(uri: vscode.Uri, content: string): Promise<void>;
        read(uri: vscode.Uri): Promise<string | undefined>;
      };
      settled(document: vscode.TextDocument): Promise<void>;
    };
  };
  tagging: {
    model: {
      ask: (options: { texts: string[] }) => Promise<object>;
      tag(document: vscode.TextDocument, tagger: object): Promise<void>;
      currentSpans(document: vscode.TextDocument): { line: number; span: Proposal & { annotated?: boolean } }[];
    };
  };
}

const TEXT = 'Ann 😀 met Bob in Paris.\nNobody came.\nThe river sings.\n';
let count = 0;

describe('annotations', () => {
  let api: AnnotationsApi;
  before(async () => {
    api = (await activate()) as AnnotationsApi;
  });
  afterEach(closeEditors);

  const exists = async (uri: vscode.Uri): Promise<boolean> => vscode.workspace.fs.stat(uri).then(() => true, () => false); // prettier-ignore

  /** A file in an editor, and the file of its annotations. */
  async function open(content: string): Promise<{ editor: vscode.TextEditor; beside: vscode.Uri }> {
    const name = `annotated-${++count}.txt`;
    await vscode.workspace.fs.writeFile(workspaceUri(name), Buffer.from(content));
    const editor = await vscode.window.showTextDocument(workspaceUri(name));
    return { editor, beside: workspaceUri(`${name}.spans.json`) };
  }

  function select({ document }: vscode.TextEditor, words: string): vscode.Selection {
    const from = document.getText().indexOf(words);
    assert.ok(from >= 0, words);
    return new vscode.Selection(document.positionAt(from), document.positionAt(from + words.length));
  }

  async function label(editor: vscode.TextEditor, words: string, name: string | number): Promise<void> {
    editor.selection = select(editor, words);
    await run('annotate', { label: name });
  }

  async function stored(uri: vscode.Uri): Promise<{ labels: string[]; spans: Span[]; reviewed: Span[] }> {
    // VS Code empties a file before it writes it.
    const text = await until('the file beside to be written', async () =>
      Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8'),
    );
    return JSON.parse(text) as never;
  }

  const brief = (spans: readonly Span[]): string[] =>
    spans.map(({ start, end, label: own }) => `${start}-${end} ${own}`);
  const marks = ({ document }: vscode.TextEditor): string[] =>
    brief(api.annotating.annotations.of(document)?.marks ?? []);

  for (const [ends, content] of [
    ['LF', TEXT],
    ['CRLF', TEXT.replaceAll('\n', '\r\n')],
  ]) {
    it(`label, relabel, extend, delete and undo are edits of the file beside (${ends})`, async () => {
      const { editor, beside } = await open(content);
      await label(editor, 'Ann', 'person');
      assert.deepEqual(brief((await stored(beside)).spans), ['0-3 person']);
      await label(editor, 'river', 'person');
      const river = TEXT.indexOf('river');
      assert.deepEqual(brief((await stored(beside)).spans), ['0-3 person', `${river}-${river + 5} person`]);
      assert.equal((await stored(beside)).spans[1].text, 'river');
      // The span at the cursor is relabelled; a number is a known label.
      editor.selection = new vscode.Selection(2, 6, 2, 6);
      await run('annotate', { label: 'place' });
      assert.deepEqual((await stored(beside)).labels, ['person', 'place']);
      assert.deepEqual(brief((await stored(beside)).spans), ['0-3 person', `${river}-${river + 5} place`]);
      await label(editor, 'Paris', 2);
      const paris = TEXT.indexOf('Paris');
      await run('undoAnnotation');
      assert.deepEqual(brief((await stored(beside)).spans), ['0-3 person', `${river}-${river + 5} place`]);
      await run('undoAnnotation');
      assert.deepEqual(brief((await stored(beside)).spans), ['0-3 person', `${river}-${river + 5} person`]);
      await label(editor, 'Paris', 2);
      editor.selection = select(editor, 'in Paris');
      await run('extendAnnotation');
      assert.deepEqual(marks(editor)[1], `${paris - 3}-${paris + 5} place`);
      editor.selection = new vscode.Selection(0, 1, 0, 1);
      await run('deleteAnnotation');
      assert.deepEqual(brief((await stored(beside)).spans).length, 2);
      assert.equal(editor.document.isDirty, false, 'the text itself stays as it is');
      assert.equal(editor.document.getText(), content);
    });
  }

  it('undo in the file beside takes the annotation back', async () => {
    const { editor, beside } = await open(TEXT);
    await label(editor, 'Ann', 'person');
    await label(editor, 'Bob', 'person');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(beside));
    await vscode.commands.executeCommand('undo');
    await until('one annotation', () => marks(editor).length === 1);
    assert.deepEqual(marks(editor), ['0-3 person']);
    await vscode.commands.executeCommand('workbench.action.files.save');
  });

  it('follows edits of the text, comes back with undo, and is written when the text is saved', async () => {
    const { editor, beside } = await open(TEXT.replaceAll('\n', '\r\n'));
    await label(editor, 'Paris', 'place');
    const paris = TEXT.indexOf('Paris');
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'New\r\n😀 '));
    assert.deepEqual(marks(editor), [`${paris + 7}-${paris + 12} place`]);
    await editor.edit((builder) => builder.delete(new vscode.Range(1, 0, 2, 0)));
    assert.deepEqual(marks(editor), []);
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(marks(editor), [`${paris + 7}-${paris + 12} place`]);
    await editor.document.save();
    await until('the file beside to follow', async () => brief((await stored(beside)).spans)[0] === `${paris + 7}-${paris + 12} place`); // prettier-ignore
  });

  it('finds annotations again in a text that another program changed, and tells what is lost', async () => {
    const first = await open(TEXT);
    await label(first.editor, 'Ann', 'person');
    await label(first.editor, 'Paris', 'place');
    const { uri } = first.editor.document;
    const content = Buffer.from(await vscode.workspace.fs.readFile(first.beside));
    await closeEditors();
    // Under another name, so that VS Code knows nothing of the document.
    const name = `${uri.path.replace(/\.txt$/, '')}-changed.txt`;
    const changed = uri.with({ path: name });
    await vscode.workspace.fs.writeFile(changed, Buffer.from(`One line more.\n${TEXT.replace('Ann ', '')}`));
    await vscode.workspace.fs.writeFile(uri.with({ path: `${name}.spans.json` }), content);
    const notices = await noticesOf(api, async () => {
      const editor = await vscode.window.showTextDocument(changed);
      await until('the annotations', () => marks(editor).length > 0);
      const at = editor.document.getText().indexOf('Paris');
      assert.deepEqual(marks(editor), [`${at}-${at + 5} place`]);
      await label(editor, 'river', 'place');
    });
    assert.match(
      notices.join(' '),
      /^1 annotation of annotated-\d+-changed\.txt \("Ann"\) is not in the text any more/,
    );
    const kept = await stored(uri.with({ path: `${name}.spans.json` }));
    assert.deepEqual(kept.spans.filter(({ lost }) => lost).map(({ text }) => text), ['Ann']); // prettier-ignore
    assert.equal(kept.spans.length, 3);
  });

  it('follows the file when another program writes it', async () => {
    const { editor, beside } = await open(TEXT);
    await vscode.workspace.fs.writeFile(beside, Buffer.from('{"version": 1, "spans": [{"start": 0, "end": 3, "label": "name"}]}')); // prettier-ignore
    await until('the annotation', () => marks(editor)[0] === '0-3 name');
  });

  it('never writes over a file that it cannot read, and says where the damage is', async () => {
    const { editor, beside } = await open(TEXT);
    const broken = '{"version": 1,\n"spans": [';
    await vscode.workspace.fs.writeFile(beside, Buffer.from(broken));
    const notices = await noticesOf(api, () => label(editor, 'Ann', 'person'));
    assert.match(notices.join(' '), /annotated-\d+\.txt\.spans\.json, line 2, column 11: the file ends where a value is needed/); // prettier-ignore
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(beside)).toString(), broken);
  });

  it('gives a file back its rest that was cut off while it was saved', async () => {
    const { editor, beside } = await open(TEXT);
    await label(editor, 'Ann', 'person');
    const old = Buffer.from(await vscode.workspace.fs.readFile(beside)).toString();
    const whole = old.replaceAll('person', 'name');
    await closeEditors();
    const other = `annotated-${++count}.txt`;
    await vscode.workspace.fs.writeFile(workspaceUri(other), Buffer.from(TEXT));
    const cut = workspaceUri(`${other}.spans.json`);
    await vscode.workspace.fs.writeFile(cut, Buffer.from(whole.slice(0, 40)));
    await api.annotating.annotations.copies.keep(cut, whole);
    const notices = await noticesOf(api, async () => {
      const again = await vscode.window.showTextDocument(workspaceUri(other));
      await until('the annotation', () => marks(again)[0] === '0-3 name');
    });
    assert.deepEqual(notices, [`${other}.spans.json was cut off while it was saved and is whole again.`]);
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(cut)).toString(), whole);
  });

  it('keeps the annotations of a text without a file as long as it is open', async () => {
    const editor = await showText(TEXT);
    await label(editor, 'Bob', 'person');
    assert.equal(marks(editor).length, 1);
    const { isUntitled, uri } = editor.document;
    assert.equal(isUntitled, true);
    const { copies } = api.annotating.annotations;
    assert.match((await copies.read(uri)) ?? '', /"text":"Bob"/);
    await closeEditors();
    await until('nothing is kept of it', async () => (await copies.read(uri)) === undefined);
  });

  describe('of what a model proposes', () => {
    /** A tagger that takes every word with a capital for a person. */
    async function propose(editor: vscode.TextEditor): Promise<void> {
      const { model } = api.tagging;
      model.ask = async ({ texts }) => ({
        labels: ['person'],
        chunks: true,
        texts: texts.map((text) => ({
          tokens: 1,
          nearly: [],
          spans: [...text.matchAll(/[A-Z]\w+/g)].map(({ index, 0: word }) => ({
            ...{ start: index, end: index + word.length, label: 'person', probability: 0.5 + word.length / 20 },
            alternatives: [{ label: 'O', probability: 0.1 }],
          })),
        })),
      });
      await model.tag(editor.document, { folder: 'x', name: 'x', version: '1', followsCurrent: false });
    }
    const shown = (editor: vscode.TextEditor): string[] =>
      api.tagging.model.currentSpans(editor.document).map(({ line, span }) => {
        const words = editor.document.lineAt(line).text.slice(span.start, span.end);
        return `${words}${span.annotated ? '!' : '?'}${span.label}`;
      });
    let ask: AnnotationsApi['tagging']['model']['ask'];
    before(() => {
      ask = api.tagging.model.ask;
    });
    after(() => {
      api.tagging.model.ask = ask;
    });

    it('accept and reject; what people say hides what the model says', async () => {
      const { editor, beside } = await open(TEXT);
      await propose(editor);
      assert.deepEqual(shown(editor), ['Ann?person', 'Bob?person', 'Paris?person', 'Nobody?person', 'The?person']);
      editor.selection = new vscode.Selection(0, 1, 0, 1);
      await run('acceptProposal');
      editor.selection = select(editor, 'Nobody');
      await run('rejectProposal');
      await label(editor, 'Paris', 'place');
      assert.deepEqual(shown(editor), ['Ann!person', 'Bob?person', 'Paris!place', 'The?person']);
      const { spans } = await stored(beside);
      assert.deepEqual(spans.map(({ text, state }) => `${text} ${state}`), ['Ann accepted', 'Paris accepted', 'Nobody rejected']); // prettier-ignore
      await run('undoAnnotation');
      await run('undoAnnotation');
      assert.deepEqual(shown(editor), ['Ann!person', 'Bob?person', 'Paris?person', 'Nobody?person', 'The?person']);
    });

    it('the next suggestion is what the model is least sure of, and is not asked again', async () => {
      const { editor } = await open(TEXT);
      await propose(editor);
      const suggested = async (): Promise<string> => {
        await run('nextSuggestion');
        return editor.document.getText(editor.selection);
      };
      assert.equal(await suggested(), 'Ann');
      assert.equal(api.keys.get('annotating'), true);
      await run('acceptProposal');
      assert.equal(await suggested(), 'Bob');
      await run('rejectProposal');
      assert.equal(await suggested(), 'The');
      await run('stopAnnotating');
      assert.equal(api.keys.get('annotating'), false);
    });

    it('a line is marked as reviewed with what is shown in it', async () => {
      const { editor, beside } = await open(TEXT);
      await propose(editor);
      editor.selection = new vscode.Selection(0, 0, 0, 0);
      await run('markReviewed');
      assert.equal((await stored(beside)).spans.length, 3);
      await run('undoAnnotation');
      assert.equal((await stored(beside)).spans.length, 0);
    });

    it('the lightbulb offers what can be done', async () => {
      const { editor } = await open(TEXT);
      await propose(editor);
      await label(editor, 'Ann', 'person');
      const offered = async (range: vscode.Range): Promise<string[]> => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', editor.document.uri, range); // prettier-ignore
        return actions.map(({ title }) => title);
      };
      const onBob = await offered(select(editor, 'Bob'));
      for (const title of ['Accept the Proposed Label', 'Reject the Proposed Label', 'Label as person']) assert.ok(onBob.includes(title), title); // prettier-ignore
      assert.ok((await offered(select(editor, 'Ann'))).includes('Delete the Annotation'));
    });

    it('are exported with the annotations', async () => {
      const { editor } = await open(TEXT);
      await propose(editor);
      await label(editor, 'Paris', 'place');
      const target = workspaceUri('exported.html');
      for (const [format, wanted] of [
        ['html', /<mark class="l\d" data-label="place">Paris<\/mark>/],
        ['conll', /^Ann\tB-person\n😀\tO\nmet\tO\nBob\tB-person\nin\tO\nParis\tB-place\n/],
        ['spans', /^\{"text":"Ann 😀 met Bob in Paris\.","spans":\[\{"start":0,"end":3,"label":"person"\}/],
      ] as const) {
        await run('exportTags', { format, target });
        assert.match(Buffer.from(await vscode.workspace.fs.readFile(target)).toString('utf8'), wanted);
      }
    });
  });

  it('says in one sentence what cannot be done', async () => {
    const { editor, beside } = await open(TEXT);
    editor.selection = new vscode.Selection(0, 20, 1, 5);
    const notices = await noticesOf(api, async () => {
      await run('annotate', { label: 'x' });
      await run('annotate', { label: 'two words' });
      await run('undoAnnotation');
      await run('trainOnAnnotations');
    });
    assert.deepEqual(notices, [
      'A label cannot go over the end of a line: select a part of one line.',
      'A label cannot go over the end of a line: select a part of one line.',
      'There is no annotation to undo in this text.',
      'Nothing is annotated yet: label something, or accept what the model proposes.',
    ]);
    assert.equal(await exists(beside), false);
  });
});
