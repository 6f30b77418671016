import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, begin, closeEditors, run, showText, SMALL, trainSmall, until, verses, writeRecipe, type Api, type Result } from './help'; // prettier-ignore

describe('sampling', () => {
  let api: Api;
  let recipe: string;
  let result: Result;
  before(async () => {
    api = await activate();
    recipe = await writeRecipe('small.recipe.json', SMALL);
    result = await trainSmall(60, recipe);
    await setLength(80);
  });
  after(() => setLength(undefined));
  afterEach(async () => {
    if (api.jobs.current) await run('stop');
    await closeEditors();
  });

  it('writes at the cursor as one undo step', async () => {
    const editor = await showText('the river \nlast line');
    editor.selection = new vscode.Selection(0, 10, 0, 10);
    const text = await run<string>('sample');
    assert.equal([...text].length, 80);
    assert.equal(content(editor), `the river ${text}\nlast line`);
    await vscode.commands.executeCommand('undo');
    assert.equal(content(editor), 'the river \nlast line');
  });

  it('goes on behind a selection and leaves it as it is', async () => {
    const editor = await showText('before my neighbour after');
    editor.selection = new vscode.Selection(0, 7, 0, 19);
    const text = await run<string>('sample');
    assert.equal(content(editor), `before my neighbour${text} after`);
  });

  it('follows what a person writes meanwhile', async () => {
    await setLength(4000);
    const editor = await showText('start ');
    editor.selection = new vscode.Selection(0, 6, 0, 6);
    const written = run<string>('sample');
    await until('the first characters', () => content(editor).length > 6);
    await until('an edit of a person', () =>
      editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'mine\n')),
    );
    const text = await written;
    await setLength(80);
    assert.equal(content(editor), `mine\nstart ${text}`);
  });

  it('stops at once and keeps what is written', async function () {
    await setLength(100_000);
    const editor = await showText('start ');
    editor.selection = new vscode.Selection(0, 6, 0, 6);
    const written = run<string>('sample');
    await until('the first characters', () => content(editor).length > 6);
    assert.equal(api.keys.get('sampling'), true);
    const from = performance.now();
    await run('stopSampling');
    const text = await written;
    const milliseconds = performance.now() - from;
    await setLength(80);
    Object.assign(this, { figure: `${milliseconds.toFixed(0)} ms` });
    assert.ok(text.length < 100_000);
    assert.equal(content(editor), `start ${text}`);
    assert.equal(api.keys.get('sampling'), false);
  });

  it('writes into a new document when no editor is open, and when asked to', async () => {
    const text = await run<string>('sample');
    assert.equal(vscode.window.activeTextEditor && content(vscode.window.activeTextEditor), text);
    assert.ok(vscode.window.activeTextEditor?.document.isUntitled);
    const editor = await showText('the clock ');
    editor.selection = new vscode.Selection(0, 10, 0, 10);
    const more = await run<string>('sampleToNewDocument');
    assert.equal(content(editor), 'the clock ');
    assert.equal(content(vscode.window.activeTextEditor!), `the clock ${more}`);
  });

  it('writes into a new document when the one in front is read-only', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('suite-fixed', {
      provideTextDocumentContent: () => 'nobody changes this ',
    });
    const fixed = await vscode.workspace.openTextDocument(vscode.Uri.parse('suite-fixed:/fixed.txt'));
    await vscode.window.showTextDocument(fixed);
    const text = await run<string>('sample');
    assert.equal(fixed.getText(), 'nobody changes this ');
    assert.equal(content(vscode.window.activeTextEditor!), text);
    provider.dispose();
  });

  it('writes while a model trains', async () => {
    const editor = await showText(verses(300));
    const { ended } = await begin(api, recipe);
    const end = editor.document.positionAt(Infinity);
    editor.selection = new vscode.Selection(end, end);
    const text = await run<string>('sample', { folder: result.run });
    assert.equal([...text].length, 80);
    assert.ok(api.jobs.current, 'it still trains');
    await run('stop');
    await ended;
  });
});

function content(editor: vscode.TextEditor): string {
  return editor.document.getText();
}

async function setLength(length: number | undefined): Promise<void> {
  const settings = vscode.workspace.getConfiguration('sequenceLab');
  await settings.update('sample.length', length, vscode.ConfigurationTarget.Workspace);
}
