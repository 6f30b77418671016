import { Cancelled, UserError } from '../core/errors';
import type { Recipe } from '../core/recipe/schema';
import { TextNormaliser } from '../core/text/normalise';
import type { Batches } from '../core/text/batches';
import { countCodePoints, heldOutCount } from '../core/text/split';
import type { Tokenizer } from '../core/text/tokenizer';
import { trainTokenizer } from '../core/text/train-tokenizer';
import type { Source } from '../protocol/worker';
import { yieldToMessages } from './control';
import { chunksOf, firstCodePoints, type ReadOptions } from './text-reader';

/** More held-out characters than this are not measured: an evaluation must take seconds, not minutes. */
const MAX_VALIDATION = 1_000_000;

/** Running text as tokens. */
export interface TokenStreams {
  train: Int32Array;
  validation: Int32Array;
  tokenizer: Tokenizer;
  /** Characters that the held-out tokens behind the first stand for. */
  validationCharacters: number;
  /** Share of the held-out tokens that the vocabulary lacks. */
  unknown: number;
  /** Steps of a text that is too large for memory; `train` is then a part of it. */
  batches?: Batches;
  /** Sentences for people. */
  warnings: string[];
}

/** A normalised text, its length in characters, and where its held-out part begins. */
export interface CutText {
  file: Source;
  characters: number;
  border: number;
}

/** Cuts off the held-out share: the border depends on the characters, so that it is the same for tokens of any kind. */
export function cutText(file: Source, characters: number, share: number): CutText {
  return { file, characters, border: characters - heldOutCount(characters, share) };
}

/** Learns the vocabulary of the first `limit` characters of a text. Throws UserError and Cancelled. */
export async function learnVocabulary(
  file: Source,
  limit: number,
  tokens: Recipe['tokens'],
  options: ReadOptions,
): Promise<Tokenizer> {
  const trainer = trainTokenizer(tokens, 'stream');
  for await (const part of charactersOf(file, 0, limit, options)) trainer.push(part);
  return inSlices(trainer.finishInSlices(), options);
}

/**
 * Tokens of both parts of a text. A held-out text of its own takes the place of what is cut off.
 * Throws UserError when the text is not as long as it was, and Cancelled.
 */
export async function encodeStreams(
  text: CutText,
  heldOut: CutText | undefined,
  tokenizer: Tokenizer,
  options: ReadOptions,
): Promise<TokenStreams> {
  const end = heldOut ? text.characters : text.border;
  const train = await encode(text.file, 0, end, tokenizer, options);
  const [file, from, to] = heldOut ? [heldOut.file, 0, heldOut.characters] : [text.file, text.border, text.characters];
  const held = await encode(file, from, Math.min(to, from + MAX_VALIDATION), tokenizer, options);
  const warnings: string[] = [];
  if (to - from > MAX_VALIDATION) {
    warnings.push(
      `Evaluations measure the first ${MAX_VALIDATION.toLocaleString('en-US')} of ${(to - from).toLocaleString('en-US')} held-out characters.`,
    );
  }
  return {
    train: train.ids,
    validation: held.ids,
    tokenizer,
    validationCharacters: charactersBehindFirst(held, tokenizer),
    unknown: unknownShare(held.ids, tokenizer),
    warnings,
  };
}

/** A text as tokens. Throws UserError when it is unreadable or has under 2 tokens, and Cancelled. */
export async function encodeSource(
  source: Source,
  tokenizer: Tokenizer,
  options: ReadOptions,
): Promise<{ ids: Int32Array; characters: number; unknown: number }> {
  const encoded = await encode(source, 0, Infinity, tokenizer, options);
  if (encoded.ids.length < 2) {
    throw new UserError(`${source.label} is too short to measure: at least 2 characters are needed.`);
  }
  return {
    ids: encoded.ids,
    characters: charactersBehindFirst(encoded, tokenizer),
    unknown: unknownShare(encoded.ids, tokenizer),
  };
}

interface Encoded {
  ids: Int32Array;
  characters: number;
}

/** Characters `from` to `to` of a text as tokens; Infinity stands for its end. */
async function encode(
  source: Source,
  from: number,
  to: number,
  tokenizer: Tokenizer,
  options: ReadOptions,
): Promise<Encoded> {
  const encoder = tokenizer.stream();
  const buffer = new IdBuffer(to === Infinity || tokenizer.unit !== 'character' ? 1 << 16 : to - from);
  let characters = 0;
  for await (const part of charactersOf(source, from, to, options)) {
    characters += countCodePoints(part);
    buffer.add(encoder.push(part));
  }
  buffer.add(encoder.end());
  if (to !== Infinity && characters !== to - from) {
    throw new UserError(`${source.label} has changed since the run began: train again from the start.`);
  }
  return { ids: buffer.ids, characters };
}

/** Characters `from` to `to` of a source, normalised, in chunks. */
async function* charactersOf(source: Source, from: number, to: number, options: ReadOptions): AsyncGenerator<string> {
  if (to <= from) return;
  const normaliser = new TextNormaliser();
  let at = 0;
  const within = (text: string): string => {
    const length = countCodePoints(text);
    const begin = at;
    at += length;
    if (at <= from || begin >= to) return '';
    const cut = begin < from ? text.slice(firstCodePoints(text, from - begin).length) : text;
    return at > to ? firstCodePoints(cut, to - Math.max(begin, from)) : cut;
  };
  for await (const { text } of chunksOf(source, options)) {
    const part = within(normaliser.push(text));
    if (part !== '') yield part;
    if (at >= to) return;
  }
  const rest = within(normaliser.end());
  if (rest !== '') yield rest;
}

/** The first token is read and not predicted, so its characters do not count. */
function charactersBehindFirst({ ids, characters }: Encoded, tokenizer: Tokenizer): number {
  if (ids.length === 0) return 0;
  const first = ids[0] === tokenizer.unknownId ? 1 : countCodePoints(tokenizer.token(ids[0]));
  return Math.max(0, characters - first);
}

function unknownShare(ids: Int32Array, { unknownId }: Tokenizer): number {
  let count = 0;
  for (const id of ids) if (id === unknownId) count++;
  return ids.length > 0 ? count / ids.length : 0;
}

/** Runs a generator to its end while messages flow. Throws Cancelled. */
export async function inSlices<Y, R>(
  work: Generator<Y, R>,
  { shouldStop }: ReadOptions,
  take?: (value: Y) => void,
): Promise<R> {
  try {
    for (let from = performance.now(); ;) {
      const { done, value } = work.next();
      if (done) return value;
      take?.(value);
      if (performance.now() - from < 10) continue;
      await yieldToMessages();
      from = performance.now();
      if (shouldStop()) throw new Cancelled();
    }
  } finally {
    work.return(undefined as never);
  }
}

/** Ids of a text whose number of tokens is not known before. */
class IdBuffer {
  private room: Int32Array;
  private length = 0;

  constructor(capacity: number) {
    this.room = allocate(capacity);
  }

  add(ids: Int32Array): void {
    if (this.length + ids.length > this.room.length) {
      const larger = allocate(Math.max(2 * this.room.length, this.length + ids.length));
      larger.set(this.room.subarray(0, this.length));
      this.room = larger;
    }
    this.room.set(ids, this.length);
    this.length += ids.length;
  }

  get ids(): Int32Array {
    return this.room.subarray(0, this.length);
  }
}

function allocate(tokens: number): Int32Array {
  try {
    return new Int32Array(tokens);
  } catch {
    throw new UserError(`The text has ${tokens} tokens, more than fit in memory: train on a part of it.`);
  }
}
