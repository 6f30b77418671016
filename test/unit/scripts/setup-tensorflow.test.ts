import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const setup = resolve(import.meta.dirname, '../../../scripts/setup-tensorflow.mjs');
/** A tfjs-node that says 12, as the real one does for the product that the setup asks for. */
const WORKING = `
  const product = { sum: () => ({ dataSync: () => [12] }) };
  exports.getBackend = () => 'tensorflow';
  exports.ones = () => ({ matMul: () => product });`;
/** One that needs its library, headers and compiled binding where the real one does. */
const FROM_SOURCES = `
  const { readFileSync, existsSync } = require('node:fs');
  for (const name of ['libtensorflow.so', 'libtensorflow.so.2', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    readFileSync(__dirname + '/deps/lib/' + name);
  if (!existsSync(__dirname + '/deps/include/tensorflow/c/c_api.h')) throw new Error('no headers');
  if (!existsSync(__dirname + '/lib/binding')) throw new Error('no binding');
  ${WORKING}`;
/** Stands in for node-pre-gyp: "compiles" the binding where headers and library can be found. */
const GYP = `
  const { mkdirSync, readFileSync } = require('node:fs');
  if (!process.argv.includes('--build-from-source')) process.exit(9);
  readFileSync('deps/include/tensorflow/c/c_api.h');
  readFileSync('deps/lib/libtensorflow.so');
  mkdirSync('lib/binding', { recursive: true });`;

/** What each test sets up: programs by name, as scripts of Node. */
let home: string;
let programs: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sequence-lab-'));
  programs = join(home, 'programs');
  folder = join(home, 'tensorflow');
  mkdirSync(programs);
  for (const name of ['sh', 'env']) symlinkSync(`/usr/bin/${name}`, join(programs, name));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function program(name: string, source: string): void {
  const path = join(programs, name);
  writeFileSync(path, `#!${process.execPath}\nconst args = process.argv.slice(2);\n${source}`);
  chmodSync(path, 0o755);
}

/** npm that installs a package with this main file, and node-pre-gyp; `ownInstaller` is whether it may run scripts. */
function npmThatInstalls(main: string, ownInstaller: boolean): void {
  program(
    'npm',
    `
    const { mkdirSync, writeFileSync } = require('node:fs');
    if (!${ownInstaller} && !args.includes('--ignore-scripts')) {
      console.error('npm error code 1');
      process.exit(1);
    }
    if (!args.some((each) => /^@tensorflow\\/tfjs-node@4/.test(each))) process.exit(8);
    const put = (path, text) => (mkdirSync(path.replace(/[^/]*$/, ''), { recursive: true }), writeFileSync(path, text));
    put('node_modules/@tensorflow/tfjs-node/index.js', ${JSON.stringify(main)});
    put('node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp', ${JSON.stringify(GYP)});`,
  );
}

/** A Python whose pip downloads a small wheel; the rest is done by the machine's own Python. */
function pythonWithWheel(downloads: boolean): void {
  const wheel = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    for name in ('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h', 'python/big.py'):
        wheel.writestr('tensorflow/' + name, name)`;
  program(
    'python3',
    `
    const { spawnSync } = require('node:child_process');
    const { mkdirSync } = require('node:fs');
    const python = (...own) => process.exit(spawnSync('/usr/bin/python3', own, { stdio: 'inherit' }).status);
    if (args[0] !== '-m') python(...args);
    if (args[2] === '--version') process.exit(0);
    if (!${downloads}) {
      console.error('ERROR: No matching distribution found for tensorflow-cpu==2.15.1');
      process.exit(1);
    }
    const target = args[args.indexOf('--dest') + 1];
    mkdirSync(target, { recursive: true });
    python('-c', ${JSON.stringify(wheel)}, target + '/tensorflow_cpu.whl');`,
  );
}

function runSetup(more: NodeJS.ProcessEnv = {}) {
  const env = { PATH: programs, HOME: home, SEQUENCE_LAB_TENSORFLOW: folder, SEQUENCE_LAB_NO_APT: '1', ...more };
  const { status, stdout, stderr } = spawnSync(process.execPath, [setup], { encoding: 'utf8', env, cwd: home });
  return { status, stderr, steps: stdout.trimEnd().split('\n') };
}

describe.skipIf(process.platform === 'win32')('npm run setup:tensorflow', () => {
  test('the way of the package itself, where it works; a second call finds it', () => {
    npmThatInstalls(WORKING, true);
    const { status, stderr, steps } = runSetup();
    expect([status, stderr]).toEqual([0, '']);
    expect(steps).toEqual([
      'tensorflow: installing tfjs-node by its own installer',
      `tensorflow: ready, in ${folder}; choose it with --backend tensorflow or the setting sequenceLab.backend`,
    ]);
    rmSync(join(programs, 'npm'));
    expect(runSetup().steps).toEqual([`tensorflow: is there already, in ${folder}`]);
  });

  test('without npm it says what to install', () => {
    expect(runSetup()).toMatchObject({
      status: 1,
      stderr: 'TensorFlow is installed with npm: install Node.js from nodejs.org, and set it up again.\n',
    });
  });
});

/** The other way exists for Linux on x64 only, and unpacks with Python. */
const otherWay = process.platform === 'linux' && process.arch === 'x64' && existsSync('/usr/bin/python3');
describe.skipIf(!otherWay)('where the host of the library refuses', () => {
  const tools = () => ['g++', 'make'].forEach((name) => program(name, ''));

  test('the library comes out of the wheel, and the binding is compiled', () => {
    npmThatInstalls(FROM_SOURCES, false);
    pythonWithWheel(true);
    tools();
    const { status, stderr, steps } = runSetup();
    expect([status, stderr]).toEqual([0, '']);
    expect(steps).toHaveLength(6);
    expect(steps[1]).toBe('tensorflow: its own installer did not work here; taking the library from PyPI');
    expect(steps.at(-1)).toMatch(/^tensorflow: ready, in /);
    const library = join(folder, 'library/tensorflow');
    expect(readdirSync(library).sort()).toEqual(['include', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
    // The links are relative: they hold after the folder got its name, and nothing unfinished is left.
    const link = join(folder, 'node_modules/@tensorflow/tfjs-node/deps/lib/libtensorflow_framework.so');
    expect(readFileSync(link, 'utf8')).toBe('libtensorflow_framework.so.2');
    expect(readdirSync(home).sort()).toEqual(['programs', 'tensorflow']);
  });

  test('a package that loads on no account is not left behind', () => {
    npmThatInstalls('throw new Error("GLIBC")', false);
    pythonWithWheel(true);
    tools();
    expect(runSetup()).toMatchObject({
      status: 1,
      stderr: 'TensorFlow was set up, but it does not load on this machine; the other backends need nothing of it.\n',
    });
    expect(readdirSync(home)).toEqual(['programs']);
  });

  test('missing tools are named in one sentence', () => {
    npmThatInstalls(FROM_SOURCES, false);
    program('make', '');
    expect(runSetup()).toMatchObject({
      status: 1,
      stderr:
        'TensorFlow could not be set up: its own installer failed, and the other way needs python3, g++, python3-pip.\n',
    });
  });

  test('a wheel that cannot be had is said with the reason', () => {
    npmThatInstalls(FROM_SOURCES, false);
    pythonWithWheel(false);
    tools();
    expect(runSetup()).toMatchObject({
      status: 1,
      stderr:
        'TensorFlow could not be set up, because pip could not download its library: ' +
        'ERROR: No matching distribution found for tensorflow-cpu==2.15.1\n',
    });
  });

  test('without any network npm is the one that says so', () => {
    const lines = ['npm error network getaddrinfo ENOTFOUND', 'npm error A complete log of this run is in a file'];
    program('npm', `console.error(${JSON.stringify(lines.join('\n'))}); process.exit(1);`);
    pythonWithWheel(false);
    tools();
    expect(runSetup().stderr).toBe(
      'TensorFlow could not be set up, because npm could not install them: npm error network getaddrinfo ENOTFOUND\n',
    );
  });
});
