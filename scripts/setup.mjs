// Makes a fresh clone ready: packages from the npm registry, then the bundles in dist/. Does nothing where nothing is to
// be done (about 50 ms), so that every command can begin with it. Uses only what Node itself brings.
import { readFileSync, writeFileSync, existsSync, chmodSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, main } from './lib/failure.mjs';
import { hashOf } from './lib/hash.mjs';
import { withLock } from './lib/lock.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { npm, tail, tool } from './lib/process.mjs';

/** Everything that the bundles are made of. */
const SOURCES = [
  'src',
  'webview',
  'webpack.config.js',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'scripts/setup.mjs',
  'scripts/setup-tensorflow.mjs',
  'scripts/lib',
];
/** Holds the hash of the sources that dist/ was built from. */
const STAMP = 'dist/.stamp';

const readJson = (file) => JSON.parse(readFileSync(inRoot(file), 'utf8'));

/** @throws Failure when this Node is older than package.json asks for */
function checkNode() {
  const needed = Number(/\d+/.exec(readJson('package.json').engines.node)[0]);
  if (Number(process.versions.node.split('.')[0]) < needed)
    throw new Failure(
      `Sequence Lab needs Node ${needed} or newer, and this is Node ${process.versions.node}: install a newer one from nodejs.org and try again.`,
    );
}

/**
 * True when node_modules holds what package-lock.json says; npm writes its own list there when an installation is
 * complete.
 */
function packagesAreInstalled() {
  if (!existsSync(inRoot('node_modules/.package-lock.json'))) return false;
  const installed = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(readJson('package-lock.json').packages).every(
    ([place, { version, optional, devOptional }]) =>
      place === '' || optional || devOptional || installed[place]?.version === version,
  );
}

async function installPackages(say) {
  if (packagesAreInstalled()) return;
  say('installing packages (npm ci)');
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code === 0) return;
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(output))
    throw new Failure(
      'The npm registry cannot be reached: connect to the network (or set its proxy) and run the command again.',
    );
  throw new Failure(`npm ci failed; its last lines say why:\n${tail(output)}`);
}

/** Makes dist/ from the sources, unless it is of exactly these sources. */
async function build(say) {
  const sources = hashOf(SOURCES);
  if (existsSync(inRoot(STAMP)) && readFileSync(inRoot(STAMP), 'utf8') === sources) return;
  say('building (webpack)');
  const { code, output } = await tool('webpack', ['--no-color'], {}, 'webpack');
  if (code !== 0) throw new Failure(`The build failed; webpack says:\n${tail(output, 40)}`);
  chmodSync(inRoot('dist/cli.js'), 0o755);
  writeFileSync(inRoot(STAMP), sources);
}

/**
 * Installs and builds what is missing. Two at once: the second waits for the first.
 * @param {object} [options] `say` gets one line a step; `bundles: false` leaves the build out
 * @throws Failure with a sentence for the person
 */
export async function setUp({ say = (line) => console.error(`setup: ${line}`), bundles = true } = {}) {
  checkNode();
  const name = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const lock = path.join(tmpdir(), `sequence-lab-setup-${process.getuid?.() ?? 'user'}-${name}.lock`);
  const body = async () => {
    await installPackages(say);
    if (bundles) await build(say);
  };
  await withLock(lock, body, () => say('waiting for another setup of this checkout'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(() => setUp());
