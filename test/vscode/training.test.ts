import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activate, begin, closeEditors, noticesOf, run, showText, SMALL, trainSmall, until, verses, watchTurns, workspaceUri, writeRecipe, type Api, type Result } from './help'; // prettier-ignore

describe('training', () => {
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

  it('trains what is on the screen of a document that was never saved', async () => {
    const result = await trainSmall(40, recipe);
    assert.equal(result.finished.reason, 'done');
    assert.equal(result.finished.step, 40);
    assert.ok((result.record.best?.validationLoss ?? 9) < 4);
    assert.equal(readFileSync(join(result.run, 'source.txt'), 'utf8'), verses(300));
    assert.ok(result.run.startsWith(workspaceUri('.sequence-lab').fsPath));
    assert.equal(api.keys.get('training'), 'idle');
    assert.equal(api.keys.get('hasRuns'), true);
  });

  it('trains the unsaved text of a file, and the file itself when it is saved', async () => {
    const uri = workspaceUri('verses.txt');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(verses(200)));
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const saved = await run<Result>('trainOnCurrentFile', { recipe, budget: { steps: 3 } });
    assert.equal(readFileSync(join(saved.run, 'source.txt'), 'utf8'), verses(200));
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'a line that nobody saved\n'));
    assert.ok(editor.document.isDirty);
    const dirty = await run<Result>('trainOnCurrentFile', { recipe, budget: { steps: 3 } });
    assert.ok(readFileSync(join(dirty.run, 'source.txt'), 'utf8').startsWith('a line that nobody saved\n'));
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('shows the first loss soon, and its progress in the status bar', async function () {
    await showText(verses(300));
    const from = performance.now();
    const first = new Promise<number>((resolve) => {
      const listener = api.runs.onRunEvents(({ events }) => {
        if (!events.some((event) => event.event === 'step')) return;
        listener.dispose();
        resolve(performance.now() - from);
      });
    });
    const beginning = begin(api, recipe);
    const milliseconds = await first;
    const { ended } = await beginning;
    Object.assign(this, { figure: `first loss after ${milliseconds.toFixed(0)} ms with a warm trainer` });
    await until('figures in the status bar', () => /nats · [\d:]+ left/.test(api.status.text));
    await run('stop');
    await ended;
  });

  it('trains with the first recipe of the list when a person presses Enter', async () => {
    await showText(verses(300));
    const ended = run<Result>('trainOnCurrentFile', { budget: { steps: 2 } });
    await acceptPick();
    const { finished, record } = await ended;
    assert.equal(finished.step, 2);
    assert.match(record.name, /character-lstm/);
  });

  it('asks for the text when a recipe is in front, and puts that recipe first', async () => {
    await showText(verses(300));
    await vscode.window.showTextDocument(workspaceUri(recipe));
    const ended = run<Result>('trainOnCurrentFile', { budget: { steps: 2 } });
    await acceptPick();
    await acceptPick();
    const { finished, record } = await ended;
    assert.equal(finished.step, 2);
    assert.match(record.name, /small/);
  });

  it('does nothing when a person thinks better of it', async () => {
    await showText(verses(300));
    const ended = run<Result>('trainOnCurrentFile');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    assert.equal(await ended, undefined);
    assert.equal(api.jobs.current, undefined);
  });

  it('pauses, continues and stops', async function () {
    await showText(verses(300));
    const { ended } = await begin(api, recipe);
    await run('pause');
    assert.equal(api.keys.get('training'), 'paused');
    await until('the pause', () => api.jobs.current?.progress.paused);
    const { step } = api.jobs.current!.progress;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(api.jobs.current!.progress.step, step);
    await run('continue');
    await until('more steps', () => api.jobs.current!.progress.step > step + 2);
    const from = performance.now();
    await run('stop');
    const milliseconds = performance.now() - from;
    const result = await ended;
    Object.assign(this, { figure: `stopped and saved after ${milliseconds.toFixed(0)} ms` });
    assert.equal(result?.finished.reason, 'stopped');
    assert.equal(api.keys.get('training'), 'idle');
    assert.equal(api.jobs.current, undefined);
  });

  it('goes on with a stopped run where it was, and with a finished one for more steps', async () => {
    await showText(verses(300));
    const { ended } = await begin(api, recipe, 100_000);
    await run('stop');
    const stopped = await ended;
    assert.ok(stopped);
    const { step } = stopped.finished;
    const more = await run<Result>('resumeTraining', { folder: stopped.run, budget: { steps: step + 20 } });
    assert.equal(more.run, stopped.run);
    assert.equal(more.finished.reason, 'done');
    assert.equal(more.finished.step, step + 20);
    const again = await run<Result>('resumeTraining', { folder: stopped.run, budget: { steps: step + 30 } });
    assert.equal(again.finished.step, step + 30);
    const events = await api.runs.events(stopped.run);
    assert.equal(events.filter((event) => event.event === 'started' && event.resumed).length, 2);
  });

  it('keeps the history of a run that goes on for pages that open later', async () => {
    const first = await trainSmall(20, recipe);
    const ended = run('resumeTraining', { folder: first.run, budget: { steps: 1_000_000 } });
    await until('new steps', () => (api.jobs.current?.progress.step ?? 0) > 22);
    const steps = api.runs.liveEvents(first.run).filter((event) => event.event === 'step');
    assert.equal(steps[0].step, 1);
    assert.equal(new Set(steps.map((event) => event.step)).size, steps.length);
    await run('stop');
    await ended;
  });

  it('means the newest run, until another is chosen or the choice is reset', async () => {
    const older = await trainSmall(5, recipe);
    const newer = await trainSmall(5, recipe);
    assert.equal((await api.runs.current())?.folder, newer.run);
    await api.runs.select(older.run);
    assert.equal((await api.runs.current())?.folder, older.run);
    await run('resetState');
    assert.equal((await api.runs.current())?.folder, newer.run);
  });

  it('never holds up the extension host for more than 16 ms', async function () {
    const large = await writeRecipe('large.recipe.json', { training: { minutes: 1 } });
    await trainSmall(3, recipe);
    await showText(verses(4000));
    const { ended } = await begin(api, large);
    await until('the dashboard', () => api.dashboard.hydrated);
    const turns = await watchTurns(5000);
    await run('stop');
    await ended;
    Object.assign(this, { figure: turns.figure });
    assert.ok(turns.longest < 16, turns.figure);
  });

  it('says in one sentence when it cannot run', async () => {
    assert.deepEqual(await noticesOf(api, () => run('stop')), ['Nothing is training.']);
    const [paused] = await noticesOf(api, () => run('continue'));
    assert.match(paused, /^Nothing is paused/);
    await closeEditors();
    const [open] = await noticesOf(api, () => run('trainOnCurrentFile', { recipe }));
    assert.match(open, /^No text is open/);
  });

  it('survives the death of its trainer: the run is marked, told once, and the next job runs', async () => {
    await showText(verses(300));
    const { ended } = await begin(api, recipe);
    const { folder } = api.jobs.current!;
    const sentences = await noticesOf(api, async () => {
      await api.threads.terminate();
      assert.equal(await ended, undefined);
    });
    assert.equal(sentences.length, 1);
    await api.runs.refresh();
    const failed = (await api.runs.list()).find((listed) => listed.folder === folder);
    assert.equal(failed?.record.status, 'failed');
    const result = await trainSmall(5, recipe);
    assert.equal(result.finished.reason, 'done');
  });
});

/** Enter in the list that is open, or about to open. */
async function acceptPick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 700));
  await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
}
