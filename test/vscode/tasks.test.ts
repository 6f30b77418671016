import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { activate, closeEditors, noticesOf, run, showText, until, workspaceUri, writeRecipe, type Api, type Result } from './help'; // prettier-ignore

interface LabelledLine {
  line: number;
  text: string;
  chosen: string[];
  probability: number;
  right?: boolean;
}
interface TasksApi extends Api {
  questions: { labels: { labels: string[] } };
}

const opinions = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const things = ['the film', 'this play', 'that song', 'the cast', 'her voice'];
    const [good, bad] = [['fresh', 'bright', 'warm'], ['dull', 'clumsy', 'cold']].map((words) => words[i % 3]); // prettier-ignore
    return i % 2 ? `positive\t${things[i % 5]} was ${good}\n` : `negative\t${things[i % 5]} was ${bad}\n`;
  }).join('');
const series = (rows: number) =>
  `hour,load\n${Array.from({ length: rows }, (_, i) => `${i},${(50 + 10 * Math.sin(i / 4)).toFixed(2)}\n`).join('')}`;

const CLASSIFIER = { task: 'classification', tokens: { unit: 'word' }, model: { kind: 'naive-bayes' } };
const NAMES = {
  task: 'label-to-sequence',
  model: { cell: 'gru', embedding: 8, hidden: 16 },
  training: { epochs: 2, batch: 16 },
};
const SERIES = {
  task: 'series',
  source: { format: 'numbers', columns: ['load'] },
  model: { cell: 'gru', hidden: 12 },
  training: { epochs: 3, batch: 4, length: 24, rate: 0.01 },
};

describe('tasks other than running text', () => {
  let api: TasksApi;
  const runs: Record<'classifier' | 'names' | 'series', string> = { classifier: '', names: '', series: '' };

  const train = async (file: string, content: string, recipe: object) => {
    const uri = workspaceUri(file);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(content));
    const name = await writeRecipe(`${file}.recipe.json`, recipe);
    const result = await run<Result | undefined>('trainOnCurrentFile', { uri: uri.toString(), recipe: name });
    assert.equal(result?.finished.reason, 'done');
    return result.run;
  };
  before(async () => {
    api = (await activate()) as TasksApi;
    runs.classifier = await train('opinions.tsv', opinions(240), CLASSIFIER);
    assert.match(api.status.text, /^\$\(check\) [\d.]+ % right$/);
    runs.names = await train('names.tsv', opinions(120), NAMES);
    assert.match(api.status.text, /^\$\(check\) [\d.]+ nats$/);
    runs.series = await train('load.csv', series(400), SERIES);
    assert.match(api.status.text, /^\$\(check\) RMSE [\d.]+$/);
  });
  after(() => api.runs.select(undefined));
  afterEach(closeEditors);

  describe('Classify Selection', () => {
    before(() => api.runs.select(runs.classifier));

    it('writes a label behind each selected line and judges those that have one', async () => {
      const editor = await showText(
        'negative\tthe film was dull\n\nnegative\ther voice was fresh\nthis play was bright\n',
      );
      editor.selection = new vscode.Selection(0, 0, 4, 0);
      const lines = await run<LabelledLine[]>('classifySelection');
      assert.deepEqual(
        lines.map(({ line, text, chosen, right }) => ({ line, text, chosen, right })),
        [
          { line: 1, text: 'the film was dull', chosen: ['negative'], right: true },
          { line: 3, text: 'her voice was fresh', chosen: ['positive'], right: false },
          { line: 4, text: 'this play was bright', chosen: ['positive'], right: undefined },
        ],
      );
      for (const { probability } of lines) assert.ok(probability > 0.5 && probability <= 1);
      assert.match(api.questions.labels.labels.join('|'), /^✓ negative \d+ %\|✗ positive \d+ %\|→ positive \d+ %$/);
      assert.equal(api.keys.get('classified'), true);
    });

    it('takes the line of the cursor, and clears on edit and on request', async () => {
      const editor = await showText('the cast was cold\nthe cast was warm');
      editor.selection = new vscode.Selection(1, 3, 1, 3);
      assert.deepEqual((await run<LabelledLine[]>('classifySelection')).map(({ line, chosen }) => [line, ...chosen]), [[2, 'positive']]); // prettier-ignore
      await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'x'));
      await until('no labels', () => api.keys.get('classified') === false);
      await run('classifySelection');
      await run('clearScores');
      assert.deepEqual(api.questions.labels.labels, []);
    });

    it('says in one sentence that nothing is selected', async () => {
      const editor = await showText('\n\n');
      editor.selection = new vscode.Selection(1, 0, 1, 0);
      const notices = await noticesOf(api, () => run('classifySelection'));
      assert.deepEqual(notices, ['The selection is empty: select the lines to classify.']);
    });
  });

  describe('Sample for a label', () => {
    before(() => api.runs.select(runs.names));

    it('writes a text for the label that a script names', async () => {
      const editor = await showText('');
      const text = await run<string>('sample', { label: 'positive' });
      assert.equal(editor.document.getText(), text);
    });

    it('asks a person, the last label first', async () => {
      await showText('');
      const written = run<string>('sample');
      await until('the list of labels', async () => {
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return api.keys.get('sampling') === false;
      });
      assert.equal(typeof (await written), 'string');
    });

    it('refuses a label that it does not know', async () => {
      await showText('');
      const [notice] = await noticesOf(api, () => run('sample', { label: 'neutral' }));
      assert.match(notice, /knows no label "neutral"/);
    });

    it('scores and ranks for a label', async () => {
      const editor = await showText('the film was {fresh|dull}');
      editor.selection = new vscode.Selection(0, 0, 0, 25);
      const ranked = await run<{ share: number }[]>('rankAlternatives', { label: 'positive' });
      assert.equal(ranked.length, 2);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      const score = await run<{ tokens: number }>('scoreSelection', { label: 'positive' });
      assert.ok(score.tokens > 20);
    });
  });

  describe('Forecast', () => {
    before(() => api.runs.select(runs.series));

    it('writes the next rows of the table in front into a new document', async () => {
      const editor = await showText(series(60));
      const text = await run<string>('forecast', { rows: 5 });
      const front = vscode.window.activeTextEditor?.document;
      assert.notEqual(front, editor.document);
      assert.equal(front?.getText(), text);
      const [heading, ...rows] = text.trim().split('\n');
      assert.equal(heading, 'load');
      assert.equal(rows.length, 5);
      for (const row of rows) assert.ok(Number.isFinite(Number(row)), row);
    });

    it("goes on with the run's own data where no table is open", async () => {
      const text = await run<string>('forecast', { rows: 3, folder: runs.series });
      assert.equal(text.trim().split('\n').length, 4);
    });
  });

  it('says which run to choose when the current one cannot', async () => {
    await showText('the cast was cold');
    const say = async (folder: string, command: string) => {
      await api.runs.select(folder);
      const notices = await noticesOf(api, () => run(command));
      assert.equal(notices.length, 1, JSON.stringify(notices));
      return notices[0];
    };
    assert.match(await say(runs.series, 'classifySelection'), /is a model of a series, and this needs a classifier: choose .+ with "Choose the Current Run"\.$/); // prettier-ignore
    assert.match(await say(runs.classifier, 'sample'), /is a classifier, and this needs a model that writes: choose /);
    assert.match(await say(runs.classifier, 'scoreSelection'), /needs a model that writes/);
    assert.match(await say(runs.names, 'forecast'), /is a model that writes for a label, and this needs a model of a series/); // prettier-ignore
    assert.equal(api.keys.get('task'), 'label-to-sequence');
  });
});
