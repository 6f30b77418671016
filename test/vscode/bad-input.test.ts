import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import {
  activate,
  closeEditors,
  noticesOf,
  run,
  showText,
  SMALL,
  verses,
  workspaceUri,
  writeRecipe,
  type Api,
} from './help';

describe('bad input', () => {
  let api: Api;
  let recipe: string;
  before(async () => {
    api = await activate();
    recipe = await writeRecipe('small.recipe.json', SMALL);
  });
  afterEach(closeEditors);

  const refusal = async (argument: object) => {
    const sentences = await noticesOf(api, () =>
      run('trainOnCurrentFile', { recipe, budget: { steps: 2 }, ...argument }),
    );
    assert.equal(sentences.length, 1, JSON.stringify(sentences));
    assert.ok(!/Internal error|\n/.test(sentences[0]), sentences[0]);
    assert.equal(api.jobs.current, undefined);
    return sentences[0];
  };
  const file = async (name: string, bytes: Uint8Array) => {
    const uri = workspaceUri(name);
    await vscode.workspace.fs.writeFile(uri, bytes);
    return uri.toString();
  };

  it('refuses an empty document', async () => {
    await showText('');
    assert.match(await refusal({}), /empty/);
  });

  it('refuses a document of one character', async () => {
    await showText('a');
    assert.match(await refusal({}), /character/);
  });

  it('refuses binary bytes', async () => {
    const uri = await file(
      'picture.bin',
      Uint8Array.from({ length: 4096 }, (_, i) => i % 7),
    );
    assert.match(await refusal({ uri }), /picture\.bin/);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const uri = await file('latin.txt', Buffer.from('caf\xe9 '.repeat(200), 'latin1'));
    assert.match(await refusal({ uri }), /latin\.txt.*UTF-8/);
  });

  it('refuses a file that is not there', async () => {
    assert.match(await refusal({ uri: workspaceUri('nobody.txt').toString() }), /nobody\.txt/);
  });

  it('refuses a recipe with a wrong key and names the right one', async () => {
    await writeRecipe('typo.recipe.json', { training: { bach: 4 } });
    await showText(verses(100));
    assert.match(await refusal({ recipe: 'typo.recipe.json' }), /typo\.recipe\.json.*did you mean training\.batch\?/);
  });

  it('refuses a recipe that is not there, and an unknown built-in one', async () => {
    await showText(verses(100));
    assert.match(await refusal({ recipe: 'gone.recipe.json' }), /gone\.recipe\.json cannot be read/);
    assert.match(await refusal({ recipe: 'character-lstn' }), /did you mean character-lstm\?/);
  });

  it('refuses an absurd budget', async () => {
    await showText(verses(100));
    assert.match(await refusal({ budget: { minutes: -1 } }), /training\.minutes must be more than 0/);
  });

  it('refuses a runs folder that cannot be written', async () => {
    const settings = vscode.workspace.getConfiguration('sequenceLab');
    await vscode.workspace.fs.writeFile(workspaceUri('in-the-way'), Buffer.from('a file'));
    await settings.update('runsFolder', 'in-the-way/runs', vscode.ConfigurationTarget.Workspace);
    try {
      await showText(verses(100));
      assert.match(await refusal({}), /in-the-way/);
    } finally {
      await settings.update('runsFolder', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('trains with CRLF line ends, lone surrogates and one long line', async () => {
    await showText(`${verses(100).replaceAll('\n', '\r\n')}\ud800${'all in one line '.repeat(3000)}`);
    const result = await run<{ finished: { reason: string } }>('trainOnCurrentFile', { recipe, budget: { steps: 2 } });
    assert.equal(result.finished.reason, 'done');
  });
});
