// Finds the peers that we are measured against, and installs those that are missing into the user's cache.
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inCache, inRoot } from '../scripts/lib/paths.mjs';
import { findProgram, run, tail } from '../scripts/lib/process.mjs';
import { tensorflowFolder } from '../src/engine/tensorflow/folder.mjs';

/** The release that the project's figures were taken with, and its bug fixes. */
const PYTORCH = 'torch~=2.15.0';
const TORCH_FOLDER = inCache('bench', 'pytorch');
/** Learners of word vectors; the second is a build of the fastText library. */
const WORD_PACKAGES = ['gensim~=4.4.0', 'fasttext-wheel~=0.9.2'];
const WORDS_FOLDER = inCache('bench', 'word-vectors');

/**
 * For each peer that is wanted, how it is started (see Launch in contender.ts) or, as a string, why it is not there.
 * @param {string[]} wanted names
 * @param {{install: boolean, say: (line: string) => void}} options
 */
export async function findPeers(wanted, options) {
  const isWanted = (...names) => names.some((name) => wanted.includes(name));
  const found = {};
  if (isWanted('pytorch', 'pytorch-cell')) {
    const python = await findPyTorch(options);
    const launch = (variant) =>
      start(python, (file) => [file, ['-B', inRoot('bench/peers/pytorch.py'), variant, '{threads}']]);
    Object.assign(found, { pytorch: launch('nn'), 'pytorch-cell': launch('cell') });
  }
  if (isWanted('tfjs-node', 'tfjs-node-layers')) {
    const tensorflow = await findTfjsNode(options);
    const script = inRoot('bench/peers/tfjs-node.cjs');
    const env = { TF_NUM_INTRAOP_THREADS: '{threads}', TF_NUM_INTEROP_THREADS: '{threads}', TF_CPP_MIN_LOG_LEVEL: '3' };
    const launch = (variant) => start(tensorflow, (file) => [process.execPath, [script, file, variant]], env);
    Object.assign(found, { 'tfjs-node': launch('fused'), 'tfjs-node-layers': launch('layers') });
  }
  return found;
}

/** The same for gensim and the fastText library, in one Python: that of SEQUENCE_LAB_GENSIM_PYTHON, or of our cache. */
export async function findWordPeers(options) {
  const python = await findPython({
    ...{ ...options, name: 'gensim', packages: WORD_PACKAGES },
    ...{ folder: WORDS_FOLDER, module: 'gensim', named: 'SEQUENCE_LAB_GENSIM_PYTHON' },
  });
  const script = inRoot('bench/peers/word_vectors.py');
  const launch = (library) => start(python, (file) => [file, ['-B', script, library, '{threads}']]);
  return { gensim: launch('gensim'), fasttext: launch('fasttext') };
}

/** @param {{file: string} | {missing: string}} place */
function start(place, commandOf, env) {
  if ('missing' in place) return place.missing;
  const [command, args] = commandOf(place.file);
  return { command, args, env };
}

const findPyTorch = (options) =>
  findPython({
    ...{ ...options, name: 'PyTorch', packages: [PYTORCH] },
    ...{ folder: TORCH_FOLDER, module: 'torch', named: 'SEQUENCE_LAB_TORCH_PYTHON' },
  });

const imports = async (python, module) => (await run(python, ['-c', `import ${module}`], { seconds: 120 })).code === 0;

/** A Python that has a module: the one that the environment variable `named` names, or that of our cache. */
async function findPython({ install, say, name, packages, folder, module, named }) {
  const theirs = process.env[named];
  if (theirs) {
    if (await imports(theirs, module)) return { file: theirs };
    return { missing: `${named} names ${theirs}, which cannot import ${module}` };
  }
  const own = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(own) && (await imports(own, module))) return { file: own };
  if (!install) return { missing: 'not installed, and --no-install was given' };
  return installPython(own, { say, name, packages, folder });
}

async function installPython(own, { say, name, packages, folder }) {
  const python = findProgram('python3', 'python');
  if (!python) return { missing: `Python 3 is not installed, so ${name} cannot be` };
  say(`installing ${name} into ${folder}, which takes some minutes`);
  const steps = [
    [python, ['-m', 'venv', '--clear', folder]],
    [own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]],
  ];
  for (const [program, args] of steps) {
    const { code, output } = await run(program, args);
    if (code === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    return { missing: `it could not be installed: ${tail(output, 1)}` };
  }
  return { file: own };
}

/** Where tfjs-node may be: where scripts/setup-tensorflow.mjs puts it, or among the checkout's own packages. */
const tensorflowFolders = () => [tensorflowFolder(), inRoot()];

/** The main file of an installed tfjs-node, as `require` finds it from the first folder that has it. */
async function findTfjsNode({ install, say }) {
  const file = resolveTfjsNode();
  if (file) return { file };
  if (!install) return { missing: 'tfjs-node is not installed; `npm run setup:tensorflow` installs it' };
  say('installing tfjs-node (npm run setup:tensorflow)');
  const { output } = await run(process.execPath, [inRoot('scripts/setup-tensorflow.mjs')]);
  const installed = resolveTfjsNode();
  return installed ? { file: installed } : { missing: tail(output, 1) };
}

function resolveTfjsNode() {
  for (const folder of tensorflowFolders()) {
    try {
      return createRequire(path.join(folder, 'from-here.js')).resolve('@tensorflow/tfjs-node');
    } catch {
      // Not there; perhaps in the next.
    }
  }
  return undefined;
}
