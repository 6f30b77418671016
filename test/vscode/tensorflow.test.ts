import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, begin, closeEditors, run, showText, SMALL, until, verses, watchTurns, writeRecipe, type Api, type Result } from './help'; // prettier-ignore

/** Skipped where `npm run setup:tensorflow` has not put TensorFlow: these tests download nothing. */
describe('training with TensorFlow', () => {
  let api: Api;
  let recipe: string;
  before(async function () {
    api = await activate();
    const { backends } = await api.threads.request('predict', 'doctor', { measure: false });
    if (!backends.some(({ name, available }) => name === 'tensorflow' && available)) this.skip();
    recipe = await writeRecipe('tensorflow.recipe.json', SMALL);
    await choose('tensorflow');
  });
  after(() => choose(undefined));
  afterEach(async () => {
    if (api.jobs.current) await run('stop');
    await closeEditors();
  });

  it('learns, and the record says what computed', async () => {
    await showText(verses(300));
    const result = await run<Result | undefined>('trainOnCurrentFile', { recipe, budget: { steps: 60 } });
    assert.ok(result, 'the training has ended well');
    assert.equal(result.finished.reason, 'done');
    assert.equal(result.record.environment.backend, 'tensorflow');
    const losses = (await api.runs.events(result.run)).flatMap(({ event, loss }) =>
      event === 'step' && loss !== undefined ? [loss] : [],
    );
    assert.equal(losses.length, 60);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [first, last] = [mean(losses.slice(0, 10)), mean(losses.slice(-10))];
    assert.ok(last < first - 0.5, `${first} to ${last}`);
  });

  it('stops at the next step, and goes on later', async () => {
    await showText(verses(300));
    const { ended } = await begin(api, recipe);
    await run('stop');
    const stopped = await ended;
    assert.equal(stopped?.finished.reason, 'stopped');
    const step = (stopped?.finished.step ?? 0) + 5;
    const more = await run<Result>('resumeTraining', { folder: stopped?.run, budget: { steps: step } });
    assert.equal(more.finished.step, step);
    assert.equal(more.record.environment.backend, 'tensorflow');
  });

  it('does not hold up the extension host', async function () {
    await showText(verses(4000));
    const large = await writeRecipe('large-tensorflow.recipe.json', { training: { minutes: 1 } });
    const { ended } = await begin(api, large);
    const turns = await watchTurns(3000);
    await run('stop');
    await ended;
    Object.assign(this, { figure: turns.figure });
    assert.ok(turns.longest < 16, turns.figure);
  });

  it('finds that it is set up when it is asked to set it up', async () => {
    assert.equal(await run('setUpTensorflow'), true);
    await showText(verses(300));
    const result = await run<Result | undefined>('trainOnCurrentFile', { recipe, budget: { steps: 2 } });
    assert.equal(result?.record.environment.backend, 'tensorflow');
  });
});

/** Sets the setting and waits until the extension knows. */
async function choose(backend: 'tensorflow' | undefined): Promise<void> {
  const read = () => vscode.workspace.getConfiguration('sequenceLab').inspect<string>('backend')?.globalValue;
  await vscode.workspace.getConfiguration('sequenceLab').update('backend', backend, vscode.ConfigurationTarget.Global);
  await until('the setting', () => read() === backend);
}
