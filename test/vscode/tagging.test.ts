import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, closeEditors, noticesOf, run, showText, until, watchTurns, workspaceUri, writeRecipe, type Api, type Result, type Span } from './help'; // prettier-ignore

interface Placed {
  line: number;
  span: Span;
}
interface Summary {
  tagger: string;
  entities: number;
  types: { label: string; count: number }[];
}
interface Overlay {
  spansAt(line: number): (Span & { alternatives: [] })[] | undefined;
}
interface TaggingApi extends Api {
  tagging: {
    model: {
      currentSpans(document: vscode.TextDocument, lines?: { from: number; to: number }): Placed[];
      of(document: vscode.TextDocument): { busy: boolean; lines: { pending: number } } | undefined;
      setOverlay(document: vscode.TextDocument, overlay: Overlay | undefined): void;
      onDidChangeSpans: vscode.Event<vscode.TextDocument>;
    };
    painter: { ranges(editor: vscode.TextEditor): Record<string, vscode.Range[]> };
    status: { text: string };
    tree: { getChildren(row?: unknown): unknown[]; getTreeItem(row: unknown): vscode.TreeItem };
  };
}

const PEOPLE = ['Ada', 'Grace', 'Omar', 'Emil'];
const PLACES = ['Turin', 'Oslo', 'Lagos', 'Kyoto'];
/** CoNLL columns of sentences such as "Ada left Turin for Oslo .". */
function sentences(count: number): string {
  return Array.from({ length: count }, (_, k) => {
    const [person, from, to] = [PEOPLE[k % 4], PLACES[(k >> 1) % 4], PLACES[(k >> 2) % 4]];
    const words = k % 2 ? [person, 'left', from, 'for', to, '.'] : ['In', from, 'the', 'clock', 'woke', person, '.'];
    const tag = (word: string) => (PEOPLE.includes(word) ? 'B-PER' : PLACES.includes(word) ? 'B-LOC' : 'O');
    return words.map((word) => `${word} ${tag(word)}\n`).join('');
  }).join('\n');
}
const RECIPE = { task: 'tagging', source: { format: 'conll' }, model: { kind: 'hmm' } };

describe('Tag Current File', () => {
  let api: TaggingApi;
  let folder = '';
  const spans = (editor: vscode.TextEditor, lines?: { from: number; to: number }) =>
    api.tagging.model
      .currentSpans(editor.document, lines)
      .map(({ line, span }) => `${span.label} ${editor.document.lineAt(line).text.slice(span.start, span.end)}`);
  const settled = (editor: vscode.TextEditor) =>
    until('the tags of what was typed', () => {
      const tags = api.tagging.model.of(editor.document);
      return tags && !tags.busy && tags.lines.pending === 0;
    });

  before(async () => {
    api = (await activate()) as TaggingApi;
    const uri = workspaceUri('travels.conll');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(sentences(200)));
    const recipe = await writeRecipe('travels.recipe.json', RECIPE);
    const result = await run<Result | undefined>('trainOnCurrentFile', { uri: uri.toString(), recipe });
    assert.equal(result?.finished.reason, 'done');
    folder = result.run;
    await api.runs.select(folder);
  });
  after(() => api.runs.select(undefined));
  afterEach(closeEditors);

  it('finds entities in a text that was never saved, and shows, counts and lists them', async () => {
    const editor = await showText('Ada left Turin for Oslo .\n\nIn Lagos the clock woke Grace .\n');
    const summary = await run<Summary>('tagCurrentFile');
    assert.deepEqual(spans(editor), ['PER Ada', 'LOC Turin', 'LOC Oslo', 'LOC Lagos', 'PER Grace']);
    assert.deepEqual(summary.types, [{ label: 'LOC', count: 3 }, { label: 'PER', count: 2 }]); // prettier-ignore
    const painted = Object.entries(api.tagging.painter.ranges(editor)).map(([label, ranges]) => [label, ...ranges.map((range) => editor.document.getText(range))]); // prettier-ignore
    assert.deepEqual(painted.sort(), [['LOC', 'Turin', 'Oslo', 'Lagos'], ['PER', 'Ada', 'Grace']]); // prettier-ignore
    assert.match(api.tagging.status.text, /5 entities$/);
    const { tree } = api.tagging;
    const rows = tree.getChildren().map((row) => tree.getTreeItem(row));
    assert.deepEqual(rows.map(({ label, description }) => [label, description]), [['LOC', '3'], ['PER', '2']]); // prettier-ignore
    assert.equal(api.keys.get('tagged'), true);
  });

  it('says in a hover how probable a label is, and what else it might be', async () => {
    const editor = await showText('Ada left Turin for Oslo .');
    await run('tagCurrentFile');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', editor.document.uri, new vscode.Position(0, 10)); // prettier-ignore
    const text = hovers.flatMap(({ contents }) => contents.map((part) => (typeof part === 'string' ? part : part.value))).join('\n'); // prettier-ignore
    assert.match(text, /\*\*LOC\*\* [\d.]+ %/);
    assert.match(text, /LOC\s+█+/);
  });

  it('follows edits: a new name, a name that goes, lines that move', async () => {
    const editor = await showText('Ada left Turin for Oslo .\nIn Lagos the clock woke Grace .');
    await run('tagCurrentFile');
    await editor.edit((builder) => builder.replace(new vscode.Range(0, 0, 0, 3), 'Omar'));
    await settled(editor);
    assert.deepEqual(spans(editor, { from: 0, to: 1 }), ['PER Omar', 'LOC Turin', 'LOC Oslo']);
    await editor.edit((builder) => {
      builder.insert(new vscode.Position(0, 0), 'In Kyoto the clock woke Emil .\n\n');
      builder.delete(new vscode.Range(1, 3, 1, 8));
    });
    await settled(editor);
    assert.deepEqual(spans(editor), ['LOC Kyoto', 'PER Emil', 'PER Omar', 'LOC Turin', 'LOC Oslo', 'PER Grace']);
    await vscode.commands.executeCommand('undo');
    await settled(editor);
    assert.deepEqual(spans(editor), ['PER Omar', 'LOC Turin', 'LOC Oslo', 'LOC Lagos', 'PER Grace']);
  });

  it('places spans in UTF-16 units, in lines that end in CRLF, among emoji and right-to-left text', async () => {
    const uri = workspaceUri('crlf.txt');
    const text =
      '👩‍🔬 Ada left Turin for Oslo .\r\nשלום In Lagos the clock woke Grace .\r\n🙂🙂\r\nOmar left Kyoto for Oslo .\r\n';
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    const editor = await vscode.window.showTextDocument(uri);
    assert.equal(editor.document.eol, vscode.EndOfLine.CRLF);
    await run('tagCurrentFile');
    for (const found of ['PER Ada', 'LOC Turin', 'LOC Lagos', 'PER Grace', 'PER Omar', 'LOC Kyoto'])
      assert.ok(spans(editor).includes(found), `${found} in ${spans(editor).join(', ')}`);
    await editor.edit((builder) => builder.insert(new vscode.Position(1, 0), '🙂\r\n'));
    await settled(editor);
    assert.ok(spans(editor, { from: 4, to: 5 }).includes('PER Omar'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('goes to the next, the previous and the most uncertain entity, round the document', async () => {
    const editor = await showText('Ada left Turin for Oslo .\n\nIn Lagos the clock woke Grace .');
    await run('tagCurrentFile');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const visit = async (name: string) => {
      await run(name);
      return editor.document.getText(editor.selection);
    };
    assert.equal(await visit('nextEntity'), 'Turin');
    assert.equal(await visit('nextEntity'), 'Oslo');
    assert.equal(await visit('nextEntity'), 'Lagos');
    assert.equal(await visit('previousEntity'), 'Oslo');
    editor.selection = new vscode.Selection(2, 25, 2, 25);
    assert.equal(await visit('nextEntity'), 'Ada');
    assert.equal(await visit('previousEntity'), 'Grace');
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    const sure: number[] = [];
    for (let k = 0; k < 5; k++) {
      const placed = await run<Placed>('nextUncertainEntity');
      assert.ok(editor.selection.isEqual(new vscode.Selection(placed.line, placed.span.start, placed.line, placed.span.end))); // prettier-ignore
      sure.push(placed.span.probability);
    }
    assert.equal(new Set(sure).size > 1 || sure.every((each) => each === sure[0]), true);
  });

  it('lists one by one, filters, and shows all again', async () => {
    await showText('Ada left Turin for Oslo .\nAda left Oslo for Turin .');
    await run('tagCurrentFile');
    const { tree } = api.tagging;
    const labels = () => tree.getChildren().map((row) => String(tree.getTreeItem(row).label));
    await run('sortEntities', 'position');
    assert.deepEqual(labels(), ['Ada', 'Turin', 'Oslo', 'Ada', 'Oslo', 'Turin']);
    await run('filterEntities', 'tur');
    assert.deepEqual(labels(), ['Turin', 'Turin']);
    await run('filterEntities', '');
    await run('sortEntities', 'type');
    assert.deepEqual(labels(), ['LOC', 'PER']);
    const [places] = tree.getChildren();
    const texts = tree.getChildren(places).map((row) => tree.getTreeItem(row));
    assert.deepEqual(texts.map(({ label, description }) => [label, description]), [['Turin', '2'], ['Oslo', '2']]); // prettier-ignore
  });

  it('shows what people have set in the place of what the model says', async () => {
    const editor = await showText('Ada left Turin for Oslo .\nAda left Oslo for Turin .');
    await run('tagCurrentFile');
    const span = { start: 4, end: 8, label: 'VERB', probability: 1, alternatives: [] as [], annotated: true };
    api.tagging.model.setOverlay(editor.document, { spansAt: (line) => (line === 0 ? [span] : undefined) });
    assert.deepEqual(spans(editor), ['VERB left', 'PER Ada', 'LOC Oslo', 'LOC Turin']);
    assert.ok('✓ VERB' in api.tagging.painter.ranges(editor));
    await run('clearTags');
    assert.deepEqual(spans(editor), ['VERB left']);
    api.tagging.model.setOverlay(editor.document, undefined);
    await until('no tags', () => api.keys.get('tagged') === false);
  });

  it('clears cleanly', async () => {
    const editor = await showText('Ada left Turin for Oslo .');
    await run('tagCurrentFile');
    await run('clearTags');
    assert.deepEqual(spans(editor), []);
    assert.deepEqual(api.tagging.painter.ranges(editor), {});
    assert.equal(api.keys.get('tagged'), false);
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'x'));
    assert.equal(api.tagging.model.of(editor.document), undefined);
  });

  it('says in one sentence that a run cannot tag', async () => {
    await showText('Ada');
    const [notice] = await noticesOf(api, () => run('tagCurrentFile', { folder: '/nowhere' }));
    assert.match(notice, /^\/nowhere is no run of this workspace that can tag/);
  });

  it('tags a megabyte and repaints a changed sentence in it without holding up the editor', async function () {
    this.timeout(180_000);
    const lines = Array.from({ length: 34_000 }, (_, k) => `${PEOPLE[k % 4]} left ${PLACES[k % 3]} number ${k} .`);
    const editor = await showText(lines.join('\n'));
    const tagging = run<Summary>('tagCurrentFile');
    const { longest, figure } = await watchTurns(3000);
    const { entities } = await tagging;
    assert.ok(entities > 60_000, `${entities} entities`);
    const { document } = editor;
    const times: number[] = [];
    const typing = watchTurns(2000);
    for (let k = 0; k < 21; k++) {
      const done = new Promise<number>((resolve) => {
        let begun = 0;
        const edits = vscode.workspace.onDidChangeTextDocument(() => (begun ||= performance.now()));
        const spansChange = api.tagging.model.onDidChangeSpans(() => {
          if (!begun || api.tagging.model.of(document)?.lines.pending !== 0) return;
          edits.dispose();
          spansChange.dispose();
          resolve(performance.now() - begun);
        });
      });
      await editor.edit((builder) => builder.insert(new vscode.Position(5, 0), `In Lagos ${k} `));
      times.push(await done);
    }
    const typed = await typing;
    times.sort((a, b) => a - b);
    (this as unknown as { figure: string }).figure = `${entities} entities; from a change to its tags ${times[10].toFixed(1)} ms in the median; at first ${figure}; then ${typed.figure}`; // prettier-ignore
    assert.ok(Math.max(longest, typed.longest) < 100, figure);
  });

  it('begins with what is visible in a file of ten megabytes, and stops when it is asked to', async function () {
    this.timeout(180_000);
    const uri = workspaceUri('ten-megabytes.txt');
    const line = 'Ada left Turin for Oslo .\n';
    await vscode.workspace.fs.writeFile(uri, Buffer.from(line.repeat(4) + Array.from({ length: 330_000 }, (_, k) => `Then Omar left Kyoto, number ${k} .\n`).join(''))); // prettier-ignore
    const editor = await vscode.window.showTextDocument(uri);
    const tagging = run<Summary>('tagCurrentFile');
    await until('the tags of what is visible', () => spans(editor, { from: 0, to: 1 }).length === 3);
    const { longest, figure } = await watchTurns(3000);
    assert.ok((api.tagging.model.of(editor.document)?.lines.pending ?? 0) > 0);
    await run('stopTagging');
    await tagging;
    (this as unknown as { figure: string }).figure = figure;
    assert.ok(longest < 100, figure);
  });
});
