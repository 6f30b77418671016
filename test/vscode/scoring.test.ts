import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, closeEditors, noticesOf, run, showText, SMALL, trainSmall, until, verses, writeRecipe, type Api } from './help'; // prettier-ignore

interface Score {
  tokens: number;
  bitsPerCharacter: number;
  worst: { token: string; line: number; logProbability: number }[];
}
interface ScoringApi extends Api {
  questions: { scores: { levels: number[] } };
}

describe('asking the model about a text', () => {
  let api: ScoringApi;
  let source: string;
  before(async () => {
    api = (await activate()) as ScoringApi;
    const result = await trainSmall(400, await writeRecipe('small.recipe.json', SMALL));
    await api.runs.select(result.run);
    source = vscode.window.activeTextEditor?.document.uri.toString() ?? '';
  });
  afterEach(closeEditors);

  it('paints what is unlikely and names it', async () => {
    const editor = await showText('the river sings at noon, 3;\nthe rivQr sings at noon, 4;\n');
    editor.selection = new vscode.Selection(0, 0, 2, 0);
    const score = await run<Score>('scoreSelection');
    assert.equal(score.tokens, 54);
    assert.equal(score.worst[0].token, 'Q');
    assert.equal(score.worst[0].line, 2);
    assert.ok(score.bitsPerCharacter > 0);
    assert.equal(api.keys.get('scored'), true);
    assert.equal(api.questions.scores.levels.length, 54);
    assert.equal(api.questions.scores.levels['the river sings at noon, 3;'.length + 'the riv'.length], 5);
  });

  it('forgets the paint when the text changes, and on request', async () => {
    const editor = await showText('the river sings at noon, 3;');
    await run('scoreSelection');
    assert.ok(api.questions.scores.levels.length > 0);
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'x'));
    await until('no paint', () => api.questions.scores.levels.length === 0);
    await run('scoreSelection');
    await run('clearScores');
    assert.equal(api.keys.get('scored'), false);
    assert.equal(api.questions.scores.levels.length, 0);
  });

  it('says in one sentence that too much is selected', async () => {
    const editor = await showText('x'.repeat(21_000));
    editor.selection = new vscode.Selection(0, 0, 0, 21_000);
    const notices = await noticesOf(api, () => run('scoreSelection'));
    assert.deepEqual(notices, ['21000 characters are selected, and at most 20000 are scored: select less.']);
  });

  it('ranks alternatives', async () => {
    const editor = await showText('the {river|rivQr} sings at noon');
    editor.selection = new vscode.Selection(0, 0, 0, 31);
    const ranked = await run<{ text: string; share: number }[]>('rankAlternatives');
    assert.deepEqual(
      ranked.map(({ text }) => text),
      ['the river sings at noon', 'the rivQr sings at noon'],
    );
    assert.ok(ranked[0].share > 0.9);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  });

  it('shows the distribution of the next token where it was asked for', async () => {
    const editor = await showText('the river sings at noo');
    const end = editor.document.positionAt(22);
    const hovers = () =>
      vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', editor.document.uri, end);
    assert.deepEqual(await hovers(), [], 'not in other texts than the source');
    const settings = vscode.workspace.getConfiguration('sequenceLab');
    await settings.update('hover.nextToken', 'always', vscode.ConfigurationTarget.Global);
    const [hover] = await until('a hover', async () => {
      const found = await hovers();
      return found.length > 0 ? found : undefined;
    });
    await settings.update('hover.nextToken', undefined, vscode.ConfigurationTarget.Global);
    const text = (hover.contents[0] as vscode.MarkdownString).value;
    assert.match(text, /```text\nn +█/);
    assert.ok(source !== '');
  });

  it('goes on with a line as ghost text when that is turned on', async () => {
    const editor = await showText('the river sings at ');
    const settings = vscode.workspace.getConfiguration('sequenceLab');
    await settings.update('inlineCompletion.enabled', true, vscode.ConfigurationTarget.Global);
    editor.selection = new vscode.Selection(0, 19, 0, 19);
    await until('the completion in the text', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      await new Promise((resolve) => setTimeout(resolve, 500));
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      return editor.document.getText().length > 19;
    });
    await settings.update('inlineCompletion.enabled', undefined, vscode.ConfigurationTarget.Global);
    assert.ok(editor.document.getText().startsWith('the river sings at '));
  });

  it('names the longest span that a text copies', async () => {
    await showText(`something new ${verses(300).split('\n')[7]} and more`);
    const span = await run<{ text: string; length: number; sourceLine: number }>('checkMemorisation');
    assert.ok(span.length >= verses(300).split('\n')[7].length);
    assert.ok(span.sourceLine >= 1);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
