import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, EXTENSION, run, type Api } from './help';

interface Manifest {
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, { default: unknown }> };
  };
}

describe('activation', () => {
  let api: Api;
  before(async () => {
    api = await activate();
  });

  it('takes less than 50 ms', function () {
    Object.assign(this, { figure: `${api.milliseconds.toFixed(1)} ms` });
    assert.ok(api.milliseconds < 50, `${api.milliseconds} ms`);
  });

  it('registers every command of the manifest', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest().contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('gives every setting the default of the manifest', () => {
    const { properties } = manifest().contributes.configuration;
    for (const [name, { default: value }] of Object.entries(properties)) {
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, value, name);
    }
  });

  it('says that nothing trains yet', () => {
    assert.equal(api.keys.get('training'), 'idle');
    assert.equal(api.keys.get('active'), true);
  });

  it('shows its log', async () => {
    await run('showLog');
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('reports what the machine can do', async () => {
    const report = await run<{ chosen: string; backends: { name: string }[] }>('doctor');
    const text = vscode.window.activeTextEditor?.document;
    assert.equal(text?.languageId, 'markdown');
    assert.ok(report.backends.length >= 2);
    for (const { name } of report.backends) assert.ok(text.getText().includes(name), name);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('validates recipe files', async () => {
    const uri = vscode.Uri.joinPath(
      vscode.extensions.getExtension(EXTENSION)!.extensionUri,
      'schemas/recipe.schema.json',
    );
    const schema = JSON.parse((await vscode.workspace.openTextDocument(uri)).getText()) as { properties: object };
    assert.ok('training' in schema.properties);
  });
});

function manifest(): Manifest {
  return vscode.extensions.getExtension(EXTENSION)!.packageJSON as Manifest;
}
