// Runs inside the extension host of a real VS Code. Every runner points its extensionTestsPath at the compiled file and
// names a file for the results in SEQUENCE_LAB_TEST_RESULTS.
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

interface Outcome {
  state: 'passed' | 'failed' | 'skipped';
  title: string;
  error?: string;
}

export function run(): Promise<void> {
  const results = process.env.SEQUENCE_LAB_TEST_RESULTS;
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false });
  const chosen = process.env.SEQUENCE_LAB_TEST_FILES?.split(',');
  const names = readdirSync(__dirname).filter((name) => name.endsWith('.test.js'));
  for (const name of names.sort()) if (!chosen || chosen.includes(name)) mocha.addFile(join(__dirname, name));
  const tests: Outcome[] = [];
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      // Written beside and renamed, so that nobody reads one half.
      if (results) writeFileSync(`${results}.part`, JSON.stringify({ stats: runner.stats, tests }));
      if (results) renameSync(`${results}.part`, results);
      if (failures > 0) reject(new Error(`${failures} failed`));
      else resolve();
    });
    runner.on('test', (test) => results && writeFileSync(`${results}.current`, test.fullTitle()));
    runner.on('pass', (test) => tests.push({ state: 'passed', title: titleOf(test) }));
    runner.on('fail', (test, error: Error) =>
      tests.push({ state: 'failed', title: test.fullTitle(), error: error.stack ?? String(error) }),
    );
    runner.on('pending', (test) => tests.push({ state: 'skipped', title: test.fullTitle() }));
  });
}

/** A test that has measured something says so in its title. */
function titleOf(test: Mocha.Test): string {
  const figure = (test.ctx as { figure?: string } | undefined)?.figure;
  if (test.ctx) delete (test.ctx as { figure?: string }).figure;
  return figure ? `${test.fullTitle()}: ${figure}` : test.fullTitle();
}
