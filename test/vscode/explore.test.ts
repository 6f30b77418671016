import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import {
  activate,
  closeEditors,
  noticesOf,
  run,
  showText,
  until,
  watchTurns,
  workspaceUri,
  writeRecipe,
  type Api,
} from './help';

interface Choice {
  source: object;
}
interface Explore {
  hydrated: boolean;
  sources: { add(file: string): Promise<Choice>; choices(): Promise<Choice[]> };
}

const TEXT = Array.from({ length: 400 }, (_, i) => {
  const animal = ['cat', 'dog', 'horse', 'cow'][i % 4];
  const place = ['garden', 'house', 'field', 'stable'][(i * 7) % 4];
  return `the ${animal} sleeps in the ${place} while another ${animal} waits near the old ${place}\n`;
}).join('');

describe('word vectors in the editor', () => {
  let api: Api;
  let explore: Explore;
  before(async () => {
    api = await activate();
    explore = (api as unknown as { explore: Explore }).explore;
  });
  afterEach(closeEditors);

  it('says how to get some where there are none', async () => {
    const editor = await showText('a lantern');
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    const [sentence] = await noticesOf(api, () => run('findSimilarWords'));
    assert.match(sentence, /no word vectors yet/);
  });

  it('opens the page on a run that has just learned, and again after it was hidden', async () => {
    const recipe = await writeRecipe('vectors.recipe.json', {
      task: 'embeddings',
      tokens: { unit: 'word', lowercase: true, minCount: 2 },
      model: { kind: 'word2vec', dimension: 16 },
      training: { rate: 0.05, schedule: 'linear', warmup: 0, clip: 0, epochs: 2 },
      evaluation: { heldOut: 0, baseline: false },
    });
    await showText(TEXT);
    const result = await run<{ run: string } | undefined>('trainOnCurrentFile', { recipe });
    assert.ok(result, 'the vectors were learned');
    // Runs of other tests have a model; the hover wants word vectors to be the current run.
    await api.runs.select(result.run);
    await closeEditors();
    await run('exploreEmbeddings', { folder: result.run });
    await until('a page with its data', () => explore.hydrated);
    const cover = await vscode.workspace.openTextDocument({ content: 'in front' });
    await vscode.window.showTextDocument(cover, vscode.window.tabGroups.all.length);
    await until('the page is hidden', () => !explore.hydrated);
    await run('exploreEmbeddings');
    await until('it is back with its data', () => explore.hydrated);
  });

  it('lists words that are alike and goes to the one that is chosen', async () => {
    const editor = await showText(TEXT.slice(0, 2000));
    editor.selection = new vscode.Selection(0, 5, 0, 5);
    await run('findSimilarWords');
    // The list has the keyboard; its first word is chosen.
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    const word = await until('another word is selected', () => editor.document.getText(editor.selection));
    assert.notEqual(word, 'cat');
    assert.match(word, /^\p{L}+$/u);
  });

  it('looks through a text of a megabyte without holding up the extension host', async function () {
    const editor = await showText(TEXT.repeat(Math.ceil(1e6 / TEXT.length)));
    editor.selection = new vscode.Selection(0, 5, 0, 5);
    const finding = run('findSimilarWords');
    const turns = await watchTurns(1500);
    await finding;
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    Object.assign(this, { figure: turns.figure });
    // Slices are of 4 ms; a collection of garbage may come on top. In one go it were more than 100.
    assert.ok(turns.longest < 50, turns.figure);
  });

  it('shows neighbours in a hover only where they are wished for', async () => {
    const editor = await showText('the dog waits');
    const hovers = () =>
      vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', editor.document.uri, new vscode.Position(0, 5)); // prettier-ignore
    const texts = async () => (await hovers()).flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value)).join('\n'); // prettier-ignore
    assert.doesNotMatch(await texts(), /Neighbours/);
    const settings = vscode.workspace.getConfiguration('sequenceLab');
    await settings.update('embeddings.hover', true, vscode.ConfigurationTarget.Workspace);
    await until('the hover', async () => /Neighbours/.test(await texts()));
    await settings.update('embeddings.hover', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('remembers a file of vectors', async () => {
    const uri = workspaceUri('vectors.txt');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('3 2\none 1 0\ntwo 0.9 0.1\nthree 0 1\n'));
    const { source } = await explore.sources.add(uri.fsPath);
    assert.deepEqual((await explore.sources.choices()).at(-1)?.source, source);
  });
});
