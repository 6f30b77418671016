// `npm test`: sets everything up, runs every suite, and ends with one line `N passed, N failed`.
//   --only NAME[,NAME]   only these suites      --list   name them      --verbose   show what suites say while they pass
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Failure, main } from './lib/failure.mjs';
import { inRoot } from './lib/paths.mjs';
import { setUp } from './setup.mjs';

const say = (line) => console.log(line);

/**
 * Runs one suite; whatever happens in it becomes a result.
 * @returns {Promise<{name: string, seconds: number, passed: number, failed: number, skipped: number, reason?: string}>}
 */
async function runSuite({ name, title, run }, verbose) {
  say(`\n── ${name}: ${title}`);
  const begin = performance.now();
  const kept = [];
  const onLine = verbose ? say : (line) => kept.push(line);
  const result = await run(onLine).catch((error) => ({
    failed: 1,
    problem: error instanceof Failure ? error.message : error.stack,
  }));
  const seconds = (performance.now() - begin) / 1000;
  const { passed = 0, failed = 0, skipped = 0, reason, problem } = result;
  // A suite that fails has much to say, one that passes nothing.
  if (failed) kept.forEach(say);
  if (problem) say(problem);
  say(`${name}: ${describe({ passed, failed, skipped, reason })} (${seconds.toFixed(1)} s)`);
  return { name, seconds, passed, failed, skipped, reason };
}

const describe = ({ passed, failed, skipped, reason }) =>
  reason ? `skipped, because ${reason}` : `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;

/** The suites named by --only, or all. */
function choose(suites, only) {
  if (only === undefined) return suites;
  const names = only.split(',');
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined)
    throw new Failure(`There is no suite ${unknown}; choose among ${suites.map(({ name }) => name).join(', ')}.`);
  return suites.filter(({ name }) => names.includes(name));
}

function summarise(results) {
  say('');
  for (const result of results) say(`${result.name.padEnd(8)} ${describe(result)} (${result.seconds.toFixed(1)} s)`);
  const total = (key) => results.reduce((all, result) => all + result[key], 0);
  // A suite that could not run at all counts as one skipped test, so that it is not forgotten.
  const skipped = total('skipped') + results.filter(({ reason }) => reason).length;
  const failed = total('failed');
  say(`\n${total('passed')} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  return failed > 0 || total('passed') === 0 ? 1 : 0;
}

await main(async () => {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, list: { type: 'boolean' }, verbose: { type: 'boolean' } },
  });
  await setUp({ say: (line) => say(`setup: ${line}`) });
  const { suites } = await import('./lib/suites.mjs');
  if (values.list) return suites.forEach(({ name, title }) => say(`${name.padEnd(8)} ${title}`));
  mkdirSync(inRoot('test-results'), { recursive: true });
  const results = [];
  for (const suite of choose(suites, values.only)) results.push(await runSuite(suite, values.verbose));
  return summarise(results);
});
