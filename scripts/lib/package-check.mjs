// What the package may hold, and how big it may be. A VSIX is a zip file; its list of contents is read here without help.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { inRoot } from './paths.mjs';
import { run } from './process.mjs';

const MEGABYTE = 2 ** 20;
const LARGEST = 3 * MEGABYTE;
/** Everything that ships, as patterns of paths inside the package. */
const ALLOWED = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package(\.nls(\.[a-z-]+)?)?\.json$/,
  /^extension\/(readme|changelog)\.md$/i,
  /^extension\/license(\.txt)?$/i,
  /^extension\/dist\/[a-z-]+\.js$/,
  /^extension\/dist\/[a-z-]+\.js\.LICENSE\.txt$/,
  /^extension\/dist\/kernels\/(relaxed|plain)\.wasm$/,
  /^extension\/media\/[\w/-]+\.(svg|png|md)$/,
  /^extension\/media\/starter-tagger\/(run\.json|tagger-vocabulary\.json|checkpoints\/best\.safetensors)$/,
  /^extension\/schemas\/[\w.-]+\.json$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
];
/** What a package for one platform holds besides. */
const NATIVE = ['kernels.node', 'stamp.json'];
const nativeFiles = (target) => (target ? NATIVE.map((name) => `dist/native/${target}/${name}`) : []);
/** What the extension cannot do without. */
const NEEDED = [
  ...['package.json', 'package.nls.json', 'readme.md', 'changelog.md', 'LICENSE.txt'],
  ...[
    'extension.js',
    'worker.js',
    'kernel-thread.js',
    'dashboard.js',
    'explore.js',
    'cli.js',
    'setup-tensorflow.js',
  ].map((name) => `dist/${name}`),
  ...['run.json', 'tagger-vocabulary.json', 'checkpoints/best.safetensors'].map(
    (name) => `media/starter-tagger/${name}`,
  ),
  ...['dist/kernels/relaxed.wasm', 'dist/kernels/plain.wasm', 'schemas/recipe.schema.json'],
];

/**
 * The files of a zip archive, by its central directory (APPNOTE.TXT 4.3.12).
 * @returns {Map<string, () => Buffer>} contents by path
 */
export function readZip(bytes) {
  const files = new Map();
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const content = () => {
      const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const packed = bytes.subarray(begin, begin + size);
      return method === 0 ? packed : inflateRawSync(packed);
    };
    if (!name.endsWith('/')) files.set(name, content);
    at += 46 + nameLength + extra + comment;
  }
  return files;
}

/** What a manifest names in the package: main file, icons, walkthrough media, JSON schemas. */
function filesNamedBy(manifest) {
  const { walkthroughs = [], jsonValidation = [], viewsContainers = {} } = manifest.contributes;
  const media = walkthroughs.flatMap(({ steps }) =>
    steps.flatMap(({ media }) => [media.markdown, media.image, media.svg]),
  );
  const icons = Object.values(viewsContainers).flatMap((containers) => containers.map(({ icon }) => icon));
  const schemas = jsonValidation.map(({ url }) => url).filter((url) => url.startsWith('.'));
  return [manifest.main, manifest.icon, ...media, ...icons, ...schemas]
    .filter((name) => typeof name === 'string' && !name.startsWith('$('))
    .map((name) => path.posix.normalize(name));
}

const inExtension = (name) => name.replace(/^extension\//, '');
const platformOf = (files) =>
  /TargetPlatform="([^"]*)"/.exec(files.get('extension.vsixmanifest')().toString('utf8'))?.[1];

/** Makes a function that says what is wrong under a title, and whether nothing is. */
const checker = (prefix, say) => (title, wrong) => {
  if (wrong.length) say(`✘ ${prefix}${title}: ${wrong.join(', ')}`);
  return wrong.length === 0;
};

/**
 * Checks a package; says what is wrong with it.
 * @param {string} vsix path @param {(line: string) => void} say
 * @param {string} [target] the one platform that it is for
 * @returns {boolean[]} one for each check
 */
export function checkPackage(vsix, say, target) {
  const bytes = readFileSync(vsix);
  const files = readZip(bytes);
  const text = (name) => files.get(`extension/${name}`)?.().toString('utf8') ?? '';
  const manifest = JSON.parse(text('package.json'));
  const check = checker(target ? `${target}: ` : '', say);
  const native = nativeFiles(target);
  const names = [...files.keys()];
  const has = (name) => names.some((file) => file.toLowerCase() === `extension/${name}`.toLowerCase());
  const scripts = names.filter((name) => name.endsWith('.js'));
  const contentOf = (name) => files.get(name)().toString('utf8');
  const sourceVersion = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')).version;
  return [
    check(
      'only what the allow-list names',
      names.filter((name) => !native.includes(inExtension(name)) && !ALLOWED.some((pattern) => pattern.test(name))),
    ),
    check(
      'all that the extension needs',
      [...NEEDED, ...native].filter((name) => !has(name)),
    ),
    check(
      'all that the manifest names',
      filesNamedBy(manifest).filter((name) => !has(name)),
    ),
    check('under 3 MB', bytes.length < LARGEST ? [] : [`${(bytes.length / MEGABYTE).toFixed(2)} MB`]),
    check(
      'no native code of another kind',
      names.filter((name) => /\.(node|so|dylib|dll|exe)$/.test(name) && !native.includes(inExtension(name))),
    ),
    check('the platform that it says it is for', platformOf(files) === target ? [] : [platformOf(files) ?? 'none']),
    check(
      'no sources in maps, no development builds',
      scripts.filter((name) => /sourcesContent|eval\("\/\/ |webpack:\/\/\/\.\//.test(contentOf(name))),
    ),
    check(
      'no paths of the machine that built it',
      names.filter((name) => /\.(js|json|md|node)$/.test(name) && contentOf(name).includes(inRoot())),
    ),
    check('the version of the checkout', manifest.version === sourceVersion ? [] : [manifest.version]),
  ];
}

/**
 * Runs a package's own command line, unpacked into an empty folder, and checks that it computes with what it brings.
 * @param {string} vsix path @param {(line: string) => void} say
 * @param {RegExp} kernels what `doctor` must say that training uses
 * @returns {Promise<boolean[]>} one for each check
 */
export async function checkDoctor(vsix, say, kernels) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sequence-lab-package-'));
  try {
    for (const [name, content] of readZip(readFileSync(vsix))) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), content());
    }
    const args = [path.join(folder, 'extension/dist/cli.js'), 'doctor', '--quick', '--json'];
    // Of this machine nothing may matter: no remembered self-test, no choice of a build.
    const env = { XDG_CACHE_HOME: folder, LOCALAPPDATA: folder, SEQUENCE_LAB_ENGINE_BUILD: '' };
    const { code, output, stdout } = await run(process.execPath, args, { cwd: folder, env, seconds: 60 });
    const check = checker(`${path.basename(vsix)}, doctor: `, say);
    if (code !== 0) return [check('it runs', [output])];
    const { chosen, notes } = JSON.parse(stdout);
    return [check('the kernels', kernels.test(chosen) ? [] : [chosen]), check('nothing to note', notes)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
