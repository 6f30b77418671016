import { UserError } from '../../errors';
import type { NamedTensor } from '../../runs/safetensors';

/** Tensors of a checkpoint by name. */
export type Tensors = ReadonlyMap<string, NamedTensor>;

/** A list of texts as a tensor: UTF-8 bytes of a JSON array, filled up with blanks, four to a number. */
export function textTensor(name: string, texts: readonly string[]): NamedTensor {
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(0x20);
  padded.set(bytes);
  const data = new Int32Array(padded.buffer);
  return { name, dtype: 'I32', shape: [data.length], data };
}

/** Throws UserError when the tensor is missing or holds no list of texts. */
export function readTexts(tensors: Tensors, name: string): string[] {
  const data = readWhole(tensors, name);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8').decode(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  } catch {
    throw damaged(name);
  }
  if (Array.isArray(value) && value.every((text) => typeof text === 'string')) return value;
  throw damaged(name);
}

export function wholeTensor(name: string, values: ArrayLike<number>): NamedTensor {
  return { name, dtype: 'I32', shape: [values.length], data: Int32Array.from(values) };
}

export function floatTensor(name: string, values: ArrayLike<number>): NamedTensor {
  return { name, dtype: 'F32', shape: [values.length], data: Float32Array.from(values) };
}

/** Throws UserError when the tensor is missing, of another type or not of this length. */
export function readWhole(tensors: Tensors, name: string, length?: number): Int32Array {
  const data = tensors.get(name)?.data;
  if (data instanceof Int32Array && (length === undefined || data.length === length)) return data;
  throw damaged(name);
}

/** The same for numbers that are no whole ones; a number that is not finite is refused, too. */
export function readFloats(tensors: Tensors, name: string, length: number): Float64Array {
  const data = tensors.get(name)?.data;
  if (data instanceof Float32Array && data.length === length && data.every(Number.isFinite)) {
    return Float64Array.from(data);
  }
  throw damaged(name);
}

export function damaged(what: string): UserError {
  return new UserError(`The tagger's checkpoint is damaged (${what}): train again, or choose another run.`);
}
