import { UserError } from '../errors';

/**
 * The safetensors format (Hugging Face): eight bytes with the header's length as a little-endian number, a JSON header
 * {"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {text: text}}, then the tensors' bytes,
 * row-major and little-endian, without gaps. Only the two types that our checkpoints use are read and written.
 */
export interface NamedTensor {
  name: string;
  dtype: 'F32' | 'I32';
  shape: number[];
  /** Product of `shape` numbers, row-major; Float32Array for F32, Int32Array for I32. */
  data: Float32Array | Int32Array;
  /** The same numbers in parts, each valid until the next, where `data` is only made when it is asked for. */
  parts?: () => Iterable<Float32Array | Int32Array>;
}

export interface SafetensorsFile {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/** A longer header is refused before it is parsed. */
const LARGEST_HEADER = 16 * 1024 * 1024;
const ALIGNMENT = 8;
const BYTES = 4;
/** Bytes of a block that is written at once. */
const BLOCK = 1 << 20;
const METADATA = '__metadata__';

/** The bytes of a file with these tensors, in their order. Throws RangeError when a tensor contradicts itself. */
export function encodeSafetensors(tensors: NamedTensor[], metadata: Record<string, string>): Uint8Array {
  const { head, end } = encodeHead(tensors, metadata);
  const bytes = new Uint8Array(head.length + end);
  bytes.set(head);
  let at = head.length;
  for (const tensor of tensors) {
    for (const part of checkedParts(tensor)) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

/**
 * The same bytes in blocks, each only valid until the next, so that a file of any size needs little memory beside its
 * tensors, which are read as they are when their turn comes.
 */
export function* safetensorsBlocks(
  tensors: NamedTensor[],
  metadata: Record<string, string>,
): Generator<Uint8Array, void> {
  const block = new Uint8Array(BLOCK);
  let used = 0;
  const pieces = function* () {
    yield encodeHead(tensors, metadata).head;
    for (const tensor of tensors) yield* checkedParts(tensor);
  };
  for (const piece of pieces()) {
    for (let from = 0; from < piece.length;) {
      const fitting = piece.subarray(from, from + BLOCK - used);
      block.set(fitting, used);
      used += fitting.length;
      from += fitting.length;
      if (used < BLOCK) continue;
      yield block;
      used = 0;
    }
  }
  yield block.subarray(0, used);
}

/** The bytes of a tensor, part by part. */
function* checkedParts(tensor: NamedTensor): Generator<Uint8Array, void> {
  const { name, shape } = tensor;
  let left = sizeOf(shape);
  for (const part of tensor.parts?.() ?? [tensor.data]) {
    left -= part.length;
    yield new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  }
  if (left !== 0) throw new RangeError(`Tensor ${name} does not hold as many numbers as [${shape.join(', ')}].`);
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** Length of the header, header and padding; and the bytes of all tensors. */
function encodeHead(tensors: NamedTensor[], metadata: Record<string, string>): { head: Uint8Array; end: number } {
  const header: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let end = 0;
  for (const tensor of tensors) {
    const { name, dtype, shape } = tensor;
    if (!tensor.parts) refuseOdd(tensor);
    if (name === METADATA || name in header) throw new RangeError(`Two tensors cannot both be named ${name}.`);
    const bytes = sizeOf(shape) * BYTES;
    header[name] = { dtype, shape, data_offsets: [end, end + bytes] };
    end += bytes;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const head = new Uint8Array(8 + headerLength);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerLength), true);
  head.fill(0x20, 8).set(text, 8);
  return { head, end };
}

function refuseOdd({ name, dtype, shape, data }: NamedTensor): void {
  const fits = dtype === 'F32' ? data instanceof Float32Array : data instanceof Int32Array;
  if (!fits || sizeOf(shape) !== data.length)
    throw new RangeError(`Tensor ${name} has ${data.length} numbers, not ${dtype} [${shape.join(', ')}].`);
}

/**
 * Reads a file of untrusted bytes; `where` names it in errors. Everything is checked before anything is allocated:
 * lengths, types, shapes, offsets that overlap, leave gaps or point outside. The tensors are views of `bytes` where its
 * alignment allows, else copies. Throws UserError.
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): SafetensorsFile {
  const fail: Fail = (what) => {
    throw new UserError(`${where} is not a usable safetensors file (${what}): use another checkpoint or train again.`);
  };
  const { header, start } = readHeader(bytes, fail);
  const metadata = Object.hasOwn(header, METADATA) ? readMetadata(header[METADATA], fail) : {};
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => readEntry(name, entry, bytes.length - start, fail));
  checkCoverage(entries, bytes.length - start, fail);
  const tensors = new Map<string, NamedTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors.set(name, { name, dtype, shape, data: numbers(bytes, start + begin, (end - begin) / BYTES, dtype) });
  }
  return { tensors, metadata };
}

type Fail = (what: string) => never;
interface Entry {
  name: string;
  dtype: 'F32' | 'I32';
  shape: number[];
  begin: number;
  end: number;
}

/** The header's JSON object and the offset at which the tensors' bytes begin. */
function readHeader(bytes: Uint8Array, fail: Fail): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) return fail(`it has ${bytes.length} bytes and is cut short`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > bytes.length - 8)
    return fail(`its header should have ${length} bytes, and the file has ${bytes.length}`);
  if (length > LARGEST_HEADER) return fail(`its header of ${length} bytes is longer than ${LARGEST_HEADER}`);
  let text = '';
  let header: unknown;
  try {
    // A copy, because a decoder refuses shared memory.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice(8, 8 + length));
    header = text.startsWith('{') ? JSON.parse(text) : undefined;
  } catch {
    return fail('its header is not valid JSON');
  }
  if (!isObject(header)) return fail('its header is not a JSON object');
  if (countTopKeys(text) !== Object.keys(header).length) return fail('its header has a name twice');
  return { header, start: 8 + length };
}

/** Keys of the outermost object of valid JSON, repeated ones counted again (parsing drops them silently). */
function countTopKeys(json: string): number {
  let depth = 0;
  let keys = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') {
      for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++;
    } else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === ':' && depth === 1) keys++;
  }
  return keys;
}

function readMetadata(value: unknown, fail: Fail): Record<string, string> {
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    return fail('its metadata is not a table of texts');
  }
  return value as Record<string, string>;
}

function readEntry(name: string, entry: unknown, dataLength: number, fail: Fail): Entry {
  const tensor = `tensor ${JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)}`;
  if (!isObject(entry)) return fail(`${tensor} has no description`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32' && dtype !== 'I32') {
    return fail(
      `${tensor} has the type ${String(JSON.stringify(dtype)).slice(0, 20)}, and only F32 and I32 can be read`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) return fail(`${tensor} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return fail(`${tensor} has no valid offsets`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataLength) return fail(`${tensor} lies outside the file, which may be cut short`);
  let size = BYTES;
  for (const n of shape as number[]) {
    size *= n;
    if (size > Number.MAX_SAFE_INTEGER) return fail(`${tensor} has an impossible shape`);
  }
  if (size !== end - begin) return fail(`${tensor} has ${end - begin} bytes, and its shape needs ${size}`);
  return { name, dtype, shape: shape as number[], begin, end };
}

/** The format allows neither gaps nor overlaps, so that nothing hides in a file and nothing is read twice. */
function checkCoverage(entries: Entry[], dataLength: number, fail: Fail): void {
  let at = 0;
  for (const { begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) fail(begin < at ? 'its tensors overlap' : 'there is a gap between its tensors');
    at = end;
  }
  if (at !== dataLength) fail(`${dataLength - at} bytes at its end belong to no tensor`);
}

function numbers(bytes: Uint8Array, from: number, count: number, dtype: 'F32' | 'I32'): Float32Array | Int32Array {
  const aligned = (bytes.byteOffset + from) % BYTES === 0;
  const source = aligned ? bytes : bytes.slice(from, from + count * BYTES);
  const offset = source.byteOffset + (aligned ? from : 0);
  return dtype === 'F32'
    ? new Float32Array(source.buffer, offset, count)
    : new Int32Array(source.buffer, offset, count);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
