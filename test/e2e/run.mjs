// The end-to-end run: scenarios in which a person uses the packaged extension in a real VS Code.
//   node run.mjs --vsix FILE --vscode FOLDER --browser FILE [--only NAME] [--steps N]
//   --steps: watch the training for that many, for pictures worth looking at
// Ends with a line `N passed, N failed`. Pictures go to test-results/e2e.
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../../scripts/lib/failure.mjs';
import { annotatingJourney } from './annotating.mjs';
import { badInput } from './bad-input.mjs';
import { mainJob } from './main-job.mjs';
import { setStage } from './stage.mjs';
import { taggingJourney } from './tagging.mjs';
import { taskJourneys } from './tasks.mjs';
import { wordsJourney } from './words.mjs';

const scenarios = {
  'main-job': mainJob,
  'bad-input': badInput,
  tasks: taskJourneys,
  tagging: taggingJourney,
  annotating: annotatingJourney,
  words: wordsJourney,
};

/**
 * Plays one scenario. Its steps depend on each other, so the first failure ends it, with a picture of that moment.
 * @returns {Promise<{passed: number, failed: number}>}
 */
async function play(name, scenario, options) {
  console.log(`${name}:`);
  let passed = 0;
  let stage;
  try {
    stage = await setStage({ ...options, settings: scenario.settings });
    for (const [title, body] of scenario.steps(stage, Number(options.steps))) {
      const begin = performance.now();
      try {
        const figure = await body();
        if (stage.page.problems.length) throw new Error(stage.page.problems.join('\n'));
        const seconds = ((performance.now() - begin) / 1000).toFixed(1);
        console.log(`  ✔ ${title}${figure ? `: ${figure}` : ''} (${seconds} s)`);
        passed++;
      } catch (error) {
        await stage.picture(`${name}-failed`).catch(() => {});
        console.log(`  ✘ ${title}\n${error.stack ?? error}`);
        return { passed, failed: 1 };
      }
    }
    return { passed, failed: 0 };
  } catch (error) {
    console.log(`  ✘ the workbench opens\n${error.stack ?? error}`);
    return { passed, failed: 1 };
  } finally {
    await stage?.clear();
  }
}

exitOnSignals();
const { values } = parseArgs({
  options: {
    vsix: { type: 'string' },
    vscode: { type: 'string' },
    browser: { type: 'string' },
    only: { type: 'string' },
    steps: { type: 'string', default: '150' },
  },
});
let [passed, failed] = [0, 0];
for (const [name, scenario] of Object.entries(scenarios)) {
  if (values.only && values.only !== name) continue;
  const result = await play(name, scenario, values);
  passed += result.passed;
  failed += result.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
