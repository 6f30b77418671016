import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, begin, closeEditors, run, showText, SMALL, trainSmall, until, verses, writeRecipe, type Api } from './help'; // prettier-ignore

describe('dashboard', () => {
  let api: Api;
  let recipe: string;
  before(async () => {
    api = await activate();
    recipe = await writeRecipe('small.recipe.json', SMALL);
  });
  afterEach(async () => {
    if (api.jobs.current) await run('stop');
    await closeEditors();
  });

  it('opens beside the text when a training starts, without taking the focus', async () => {
    const editor = await showText(verses(300));
    const { ended } = await begin(api, recipe);
    await until('a page with its data', () => api.dashboard.hydrated);
    assert.equal(vscode.window.activeTextEditor?.document, editor.document);
    assert.ok(vscode.window.tabGroups.all.length > 1, 'it has a group of its own');
    await run('stop');
    await ended;
  });

  it('asks for its data again after it was hidden or moved', async () => {
    await trainSmall(5, recipe);
    await run('showDashboard');
    await until('a page with its data', () => api.dashboard.hydrated);
    await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
    const cover = await vscode.workspace.openTextDocument({ content: 'in front' });
    await vscode.window.showTextDocument(cover, vscode.ViewColumn.Two);
    await until('the page is hidden', () => !api.dashboard.visible);
    assert.equal(api.dashboard.hydrated, false);
    await run('showDashboard');
    await until('it is back with its data', () => api.dashboard.hydrated);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('it is closed', () => !api.dashboard.visible);
  });

  it('stays closed when the settings say so', async () => {
    const settings = vscode.workspace.getConfiguration('sequenceLab');
    await settings.update('openDashboard', false, vscode.ConfigurationTarget.Workspace);
    await trainSmall(5, recipe);
    assert.equal(api.dashboard.visible, false);
    await settings.update('openDashboard', undefined, vscode.ConfigurationTarget.Workspace);
  });
});
