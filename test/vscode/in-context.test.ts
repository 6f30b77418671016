import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, closeEditors, noticesOf, run, showText, until, workspaceUri, writeRecipe, type Api } from './help';

interface Report {
  words: string[];
  occurrences: { before: string; word: string; line: number }[];
  cosines: number[][];
  alone: number[][];
}
interface InContext {
  shown: Report | undefined;
  goTo(occurrence: number): Promise<void>;
}
interface Sources {
  add(file: string): Promise<{ source: object }>;
}

const TEXT = Array.from({ length: 240 }, (_, i) => {
  const [owner, thing] = [['the clerk', 'a sailor', 'my aunt'][i % 3], ['money', 'sand', 'rain'][(i * 5) % 3]];
  return i % 2 ? `${owner} left the ${thing} at the bank .\n` : `the bank keeps ${thing} for ${owner} today .\n`;
}).join('');

describe('words in context', () => {
  let api: Api;
  let inContext: InContext;
  before(async () => {
    api = await activate();
    ({ inContext } = api as unknown as { inContext: InContext });
  });
  afterEach(closeEditors);

  it('says what to train where no run knows words in context', async () => {
    await showText('the bank lends');
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(0, 5, 0, 5);
    const [sentence] = await noticesOf(api, () => run('compareInContext'));
    assert.match(sentence, /train one with the recipe bilm/);
  });

  it('compares the occurrences of the word at the cursor on a page, and goes to one', async () => {
    const recipe = await writeRecipe('small.recipe.json', {
      task: 'contextual',
      source: { format: 'lines' },
      tokens: { unit: 'word', lowercase: true },
      model: { layers: 1, hidden: 16, characters: 'cnn', characterEmbedding: 8, characterHidden: 16 },
      training: { batch: 8, rate: 0.01 },
    });
    const editor = await showText(TEXT);
    const trained = await run<{ run: string } | undefined>('trainOnCurrentFile', { recipe, budget: { steps: 6 } });
    assert.ok(trained, 'the model was trained');
    await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
    const front = await until('the text in front', () => vscode.window.activeTextEditor);
    front.selection = new vscode.Selection(0, 5, 0, 5);
    const report = await run<Report | undefined>('compareInContext');
    assert.equal(report?.occurrences.length, 200);
    assert.deepEqual(report.occurrences[1], { before: '…left the rain at the ', word: 'bank', after: ' .', line: 2 });
    assert.ok(report.alone[0].every((cosine) => cosine > 0.9999), 'alone it is the same everywhere'); // prettier-ignore
    assert.ok(Math.min(...report.cosines[0]) < 0.9999, 'in context it is not');
    await until('the page with the report', () => inContext.shown?.words[0] === 'bank');
    await inContext.goTo(1);
    const shown = vscode.window.activeTextEditor;
    assert.equal(shown?.document, editor.document);
    assert.equal(shown.selection.start.line, 1);
    assert.equal(shown.document.getText(shown.selection), 'bank');
  });
});

describe('translating a word', () => {
  it('lists the best translations, copies the chosen one, and remembers the vectors', async () => {
    const api = await activate();
    const { sources } = (api as unknown as { explore: { sources: Sources } }).explore;
    const write = async (name: string, words: string[]) => {
      const line = (word: string, i: number) => [word, Math.cos(i), Math.sin(i), Math.cos(3 * i), i % 2].join(' ');
      const text = `${words.length} 4\n${words.map(line).join('\n')}\n`;
      await vscode.workspace.fs.writeFile(workspaceUri(name), Buffer.from(text));
      return (await sources.add(workspaceUri(name).fsPath)).source;
    };
    const names = ['anna', 'berlin', 'ozean', '1848', 'europa', 'radio'];
    const source = await write('german.txt', [...names, 'haus', 'hund', 'wasser', 'brot']);
    const target = await write('english.txt', [...names, 'house', 'dog', 'water', 'bread']);
    const editor = await showText('Der Hund bellt');
    editor.selection = new vscode.Selection(0, 5, 0, 5);
    const answer = await run<{ words: { word: string }[]; pairs: number } | undefined>('translateWord', { source, target }); // prettier-ignore
    assert.equal(answer?.words[0].word, 'dog');
    assert.equal(answer.pairs, names.length);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await until('the word in the clipboard', async () => (await vscode.env.clipboard.readText()) === 'dog');
    const again = await run<{ words: { word: string }[] } | undefined>('translateWord');
    assert.equal(again?.words.length, 5);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    editor.selection = new vscode.Selection(0, 10, 0, 10);
    const [sentence] = await noticesOf(api, () => run('translateWord'));
    assert.match(sentence, /no vector for "bellt"/);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await closeEditors();
  });
});
