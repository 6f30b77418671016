import { UserError } from '../../errors';
import type { NamedTensor } from '../../runs/safetensors';
import type { Checkpoint } from '../../training/learner';
import type { ModelLevel } from './estimate';
import { linkSuffixes } from './levels';
import { NgramLanguageModel } from './model';
import { LARGEST_ORDER, LARGEST_VOCABULARY, SMOOTHING_NAMES, type Smoothing } from './options';
import type { Sparsity } from './sparsity';

/** A rounded sum of probabilities may be above one by this. */
const ROUNDING = 1e-4;

/**
 * The model's tables: of each order n `order.n.probability`, above the first `order.n.token`, below the highest
 * `order.n.backoff` and `order.n.first`, the rows at which the children begin. 12 bytes an n-gram and 8 in the highest
 * order; suffixes follow from the rest. The n-grams are as `Level` says.
 */
export function ngramCheckpoint({ levels, description }: NgramLanguageModel): Checkpoint {
  const tensors: NamedTensor[] = [];
  levels.forEach(({ token, first, probability, backoff }, k) => {
    const add = (name: string, data: Float32Array | Int32Array): void => {
      const dtype = data instanceof Float32Array ? 'F32' : 'I32';
      tensors.push({ name: `order.${k + 1}.${name}`, dtype, shape: [data.length], data });
    };
    add('probability', probability);
    if (k > 0) add('token', token);
    if (k + 1 === levels.length) return;
    add('backoff', backoff);
    add('first', first);
  });
  const { smoothing, begin, end, warnings, sparsity } = description;
  const metadata: Record<string, string> = { model: 'ngram', order: String(levels.length), smoothing };
  if (begin !== undefined && end !== undefined) Object.assign(metadata, { begin: String(begin), end: String(end) });
  metadata.warnings = JSON.stringify(warnings);
  // Numbers of possible n-grams follow from the vocabulary, and JSON has no infinity.
  metadata.sparsity = JSON.stringify(sparsity.map(({ seen, singletons }) => [seen, singletons]));
  return { tensors, metadata };
}

type Tensors = ReadonlyMap<string, NamedTensor>;

/**
 * The model of a checkpoint, of untrusted tensors: names, lengths, orders of rows, tokens and values are checked before
 * anything is made of them. Throws UserError.
 */
export function ngramFromCheckpoint(tensors: Tensors, metadata: Readonly<Record<string, string>>): NgramLanguageModel {
  const order = Number(metadata.order);
  const smoothing = metadata.smoothing as Smoothing | 'arpa';
  if (metadata.model !== 'ngram' || !Number.isInteger(order) || order < 1 || order > LARGEST_ORDER) {
    throw damaged('it does not say which n-gram model it holds');
  }
  if (smoothing !== 'arpa' && !Object.hasOwn(SMOOTHING_NAMES, smoothing)) throw damaged('its smoothing is unknown');
  const vocabulary = floats(tensors, 'order.1.probability', 1 + ROUNDING).length;
  if (vocabulary < 1 || vocabulary > LARGEST_VOCABULARY) throw damaged(`it has ${vocabulary} single tokens`);
  if (tensors.size !== 4 * order - 3) {
    throw damaged('it has tensors that are not of such a model');
  }
  const levels: ModelLevel[] = [];
  for (let n = 1; n <= order; n++) levels.push(readLevel(tensors, n, order, vocabulary, levels[n - 2]));
  const linking = linkSuffixes(levels);
  let step = linking.next();
  while (!step.done) step = linking.next();
  if (!step.value) throw damaged('an n-gram lacks its suffix');
  return new NgramLanguageModel(levels, {
    smoothing,
    ...readMarkers(metadata, vocabulary),
    warnings: readWarnings(metadata.warnings),
    sparsity: readSparsity(metadata.sparsity, order, vocabulary),
  });
}

function readLevel(
  tensors: Tensors,
  n: number,
  order: number,
  vocabulary: number,
  contexts: ModelLevel | undefined,
): ModelLevel {
  const probability = floats(tensors, `order.${n}.probability`, 1 + ROUNDING);
  const size = probability.length;
  const token = contexts ? integers(tensors, `order.${n}.token`) : Int32Array.from(probability, (_, id) => id);
  const backoff = n < order ? floats(tensors, `order.${n}.backoff`, 3e38) : new Float32Array(0);
  const first = n < order ? integers(tensors, `order.${n}.first`) : new Int32Array(0);
  if (token.length !== size || (n < order && (backoff.length !== size || first.length !== size + 1))) {
    throw damaged(`its tables of order ${n} differ in length`);
  }
  if (contexts) checkChildren(contexts.first, token, vocabulary, n);
  return { token, suffix: new Int32Array(n > 1 ? size : 0), first, probability, backoff };
}

/** The children of all contexts cover the level, and the tokens of each ascend within the vocabulary. */
function checkChildren(first: Int32Array, token: Int32Array, vocabulary: number, n: number): void {
  if (first[0] !== 0 || first[first.length - 1] !== token.length) throw damaged(`${n}-grams belong to no context`);
  for (let context = 0; context + 1 < first.length; context++) {
    if (first[context] > first[context + 1]) throw damaged(`contexts of ${n}-grams overlap`);
    let before = -1;
    for (let row = first[context]; row < first[context + 1]; row++) {
      // A row outside gives undefined, which is not above anything.
      if (!(token[row] > before && token[row] < vocabulary)) throw damaged(`${n}-grams are not in order`);
      before = token[row];
    }
  }
}

function floats(tensors: Tensors, name: string, most: number): Float32Array {
  const tensor = tensors.get(name);
  if (!(tensor?.data instanceof Float32Array) || tensor.shape.length !== 1) throw damaged(`it lacks ${name}`);
  for (const value of tensor.data) if (!(value >= 0 && value <= most)) throw damaged(`${name} has impossible values`);
  return tensor.data;
}

function integers(tensors: Tensors, name: string): Int32Array {
  const tensor = tensors.get(name);
  if (!(tensor?.data instanceof Int32Array) || tensor.shape.length !== 1) throw damaged(`it lacks ${name}`);
  return tensor.data;
}

function readMarkers(metadata: Readonly<Record<string, string>>, vocabulary: number): { begin?: number; end?: number } {
  if (metadata.begin === undefined && metadata.end === undefined) return {};
  const [begin, end] = [Number(metadata.begin), Number(metadata.end)];
  const fits = [begin, end].every((id) => Number.isInteger(id) && id >= 0 && id < vocabulary);
  if (!fits || begin === end) throw damaged('its markers of sentences are outside the vocabulary');
  return { begin, end };
}

function readWarnings(text: string | undefined): string[] {
  const value = parse(text);
  return Array.isArray(value) && value.every((sentence) => typeof sentence === 'string') ? value : [];
}

/** The report only informs: one that makes no sense is left out. */
function readSparsity(text: string | undefined, order: number, vocabulary: number): Sparsity[] {
  const value = parse(text);
  if (!Array.isArray(value) || value.length !== order || !value.every(isPairOfCounts)) return [];
  return value.map(([seen, singletons], k) => ({ order: k + 1, seen, possible: vocabulary ** (k + 1), singletons }));
}

function isPairOfCounts(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function damaged(what: string): UserError {
  return new UserError(`The checkpoint is not a usable n-gram model (${what}): train again, or choose another run.`);
}
