// Compiles the kernels for this machine's own processor: src/engine/kernels/program.c once for each instruction set, and
// the glue src/engine/native/addon.c, to dist/native/<platform>-<arch>/kernels.node, with stamp.json beside it.
// Usage: node scripts/build-native.mjs [--if-stale] [OUTPUT DIRECTORY]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Failure, main } from './lib/failure.mjs';
import { hashOf } from './lib/hash.mjs';
import { inRoot, root } from './lib/paths.mjs';

const KERNELS = inRoot('src/engine/kernels');
/** The oldest clang whose vector builtins the sources use. */
const OLDEST = 15;
const COMPILERS = ['clang-19', 'clang-20', 'clang-21', 'clang-18', 'clang-17', 'clang-16', 'clang-15', 'clang'];

const COMMON = ['-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-Werror', '-Wno-pass-failed'];
// As in build-kernels.sh.
const KERNEL_FLAGS = [
  ...['-std=c17', '-O3', '-ffp-contract=fast', '-fno-math-errno', '-fno-trapping-math', '-fno-signed-zeros'],
  ...['-ffreestanding', '-DTILE_VECTORS=2', '-DSPIN_ROUNDS=4000'],
];
/** Instruction sets by architecture, with the width of their vectors and the tile that fits their registers. */
const INSTRUCTION_SETS = {
  x64: {
    avx512: [
      ...['-march=x86-64-v4', '-mprefer-vector-width=512', '-DW=16', '-DTILE_ROWS=12'],
      ...['-DBLOCK_COLUMNS=1024', '-DBLOCK_ROWS=480'],
    ],
    avx2: ['-march=x86-64-v3', '-DW=8', '-DTILE_ROWS=6'],
    sse2: ['-march=x86-64', '-DW=4', '-DTILE_ROWS=4'],
  },
  arm64: { neon: ['-DW=4', '-DTILE_ROWS=12'] },
};

/** The folder of this platform's addon below a folder of all platforms'. */
const folderOf = (folder) => path.join(folder, `${process.platform}-${process.arch}`);

/** The kernels' hash, as scripts/build-kernels.sh writes it into built/stamp.json. */
function kernelSources() {
  const hash = createHash('sha256');
  for (const name of readdirSync(KERNELS)
    .filter((file) => /\.[ch]$/.test(file))
    .sort())
    hash.update(`${name}\0`).update(readFileSync(path.join(KERNELS, name)));
  return hash.update(readFileSync(inRoot('scripts/build-kernels.sh'))).digest('hex');
}

/** What an addon built now would be built from. */
function presentSources() {
  return {
    sources: kernelSources(),
    glue: hashOf([
      'src/engine/native/addon.c',
      'src/engine/native/instructions.h',
      'src/engine/native/sleep.h',
      'scripts/build-native.mjs',
    ]),
  };
}

/** True when `folder` (of all platforms) holds an addon for this machine that was built from the present sources. */
function isFresh(folder) {
  try {
    const { sources, glue } = JSON.parse(readFileSync(path.join(folderOf(folder), 'stamp.json'), 'utf8'));
    const present = presentSources();
    return (
      sources === present.sources && glue === present.glue && existsSync(path.join(folderOf(folder), 'kernels.node'))
    );
  } catch {
    return false;
  }
}

/** The first usable clang, $CLANG before all, and its version's line; undefined when there is none. */
function findCompiler() {
  for (const command of process.env.CLANG ? [process.env.CLANG] : COMPILERS) {
    const line = spawnSync(command, ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0] ?? '';
    const version = /clang version (\d+)/.exec(line);
    if (version && (Number(version[1]) >= OLDEST || line.startsWith('Apple'))) return { command, version: line };
  }
  return undefined;
}

/** The folder of node_api.h: what came with this Node, else the package node-api-headers. */
function findHeaders() {
  const own = path.resolve(path.dirname(process.execPath), '../include/node');
  if (existsSync(path.join(own, 'node_api.h'))) return own;
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir;
  } catch {
    throw new Failure('The headers of Node-API are missing; run `npm ci`, then build again.');
  }
}

function compile({ command }, args) {
  const { status, stderr, error } = spawnSync(command, args, { cwd: KERNELS, encoding: 'utf8' });
  if (status !== 0)
    throw new Failure(`The native kernels do not compile with ${command}:\n${error?.message ?? stderr}`);
}

/** Compiles and links everything to `file`, with its objects in `work`. */
function buildAddon(compiler, sets, headers, work, file) {
  const objects = Object.entries(sets).map(([name, flags]) => {
    const object = path.join(work, `${name}.o`);
    const names = [`-DRUN=run_${name}`, `-DDESCRIBE=describe_${name}`];
    compile(compiler, [...COMMON, ...KERNEL_FLAGS, ...flags, ...names, '-c', 'program.c', '-o', object]);
    return object;
  });
  const glue = path.join(work, 'addon.o');
  compile(compiler, [...COMMON, '-std=gnu17', '-O2', `-I${headers}`, '-c', '../native/addon.c', '-o', glue]);
  const link = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : ['-Wl,--strip-debug'];
  compile(compiler, ['-shared', ...link, glue, ...objects, '-o', file]);
}

/** Builds this machine's addon into `folder`, the one of all platforms' addons. */
function buildNative(folder) {
  const sets = ['linux', 'darwin'].includes(process.platform) ? INSTRUCTION_SETS[process.arch] : undefined;
  if (!sets)
    throw new Failure(
      `There are no native kernels for ${process.platform}-${process.arch}; WebAssembly computes there.`,
    );
  const compiler = findCompiler();
  if (!compiler)
    throw new Failure(
      `The native kernels need clang ${OLDEST} or newer; install clang-19 (Debian: apt-get install clang-19), or go on without: WebAssembly computes then.`,
    );
  const headers = findHeaders();
  const place = folderOf(folder);
  mkdirSync(place, { recursive: true });
  const work = mkdtempSync(path.join(place, 'build-'));
  try {
    const file = path.join(work, 'kernels.node');
    buildAddon(compiler, sets, headers, work, file);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    const stamp = { ...presentSources(), compiler: compiler.version, file: sha256 };
    writeFileSync(path.join(work, 'stamp.json'), `${JSON.stringify(stamp, undefined, 2)}\n`);
    // A process may have the old addon in use: a new file takes its name, its bytes stay as they are.
    for (const name of ['kernels.node', 'stamp.json']) renameSync(path.join(work, name), path.join(place, name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await main(() => {
  const [folder = inRoot('dist/native')] = process.argv.slice(2).filter((each) => each !== '--if-stale');
  const addon = path.join(folderOf(path.resolve(folder)), 'kernels.node');
  const name = path.relative(root, addon);
  if (process.argv.includes('--if-stale') && isFresh(path.resolve(folder)))
    return console.log(`${name} is up to date.`);
  buildNative(path.resolve(folder));
  console.log(`Built ${name}.`);
});
