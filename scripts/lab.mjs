// The command line in a clone: `npm run --silent lab -- train FILE`. Sets itself up first and says so on stderr only, since
// stdout belongs to the command; then becomes the command, in this same process, with its exit code and its signals.
import { pathToFileURL } from 'node:url';
import { exitOnSignals, Failure } from './lib/failure.mjs';
import { callersFolder, inRoot } from './lib/paths.mjs';
import { setUp } from './setup.mjs';

/** @returns {Promise<boolean>} false when the setup failed; it has said why */
async function isReady() {
  const undo = exitOnSignals();
  try {
    await setUp();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    return false;
  } finally {
    undo();
  }
}

if (await isReady()) {
  const cli = inRoot('dist/cli.js');
  process.argv[1] = cli;
  process.chdir(callersFolder());
  await import(pathToFileURL(cli).href);
} else {
  process.exitCode = 1;
}
