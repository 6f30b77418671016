import { randomInt } from 'node:crypto';
import { UserError } from '../core/errors';
import { beamSearch } from '../core/generation/beam';
import { sampleTogether } from '../core/generation/sample';
import { Random } from '../core/random';
import { normaliseText } from '../core/text/normalise';
import type { Tokenizer } from '../core/text/tokenizer';
import type { SampleOptions, SampleResult, TokenProbability } from '../protocol/worker';
import { writerOf, type Loaded, type Writer } from './loaded-model';
import { finished, paced } from './pacing';
import { SideBySide } from './side-by-side';

/** Characters of a prompt that count: the state forgets what is further back. */
const LONGEST_PROMPT = 2000;
/** Milliseconds between two pieces of a streamed text. */
const STREAM = 33;
const LARGEST_SEED = 2 ** 32;
/** Texts that are written side by side at most. */
const MOST_TOGETHER = 32;
/** Tokens of all texts side by side at most. */
const MOST_AHEAD = 1_000_000;
/** α of length normalisation without a wish (Wu et al. 2016). */
const LENGTH_POWER = 0.6;

type OnText = (sample: number, text: string) => void;

/**
 * Writes `count` texts after a prompt (without it). `onText` hears them in pieces, at most 30 a second. A prompt's
 * last 2,000 characters count; an empty one stands for the start of a line or example. Throws UserError and Cancelled.
 */
export async function writeSamples(
  loaded: Loaded,
  options: SampleOptions,
  signal: AbortSignal,
  onText: OnText,
): Promise<SampleResult> {
  if (options.beam !== undefined && options.beam > 0) return searchSamples(loaded, options, signal, onText);
  const seeds = seedsOf(options.seed ?? randomInt(LARGEST_SEED));
  const written: Written[] = [];
  const labels: string[] = [];
  const { count = 1 } = options;
  while (written.length < count) {
    const first = written.length;
    const writer = writerOf(loaded, options.label ?? nextLabel(loaded, first));
    const texts = togetherWith(loaded, Math.min(count - first, textsAtOnce(options.length)));
    const random = Array.from({ length: texts }, () => new Random(seeds.next().value));
    const { forbidden } = writer;
    const steps = sampleTogether(writer.model, promptIds(options.prompt ?? '', writer), {
      ...{ ...options, random, forbidden },
    });
    const group = new SideBySide(steps, texts);
    try {
      for (let text = 0; text < texts; text++) {
        const sample = first + text;
        written.push(await write(group.text(text), writer, options, signal, (piece) => onText(sample, piece)));
        if (writer.label !== undefined) labels.push(writer.label);
      }
    } finally {
      group.close();
    }
  }
  return {
    texts: written.map(({ text }) => text),
    ...(labels.length > 0 && { labels }),
    ...(options.probabilities && { tokens: written.map(({ tokens }) => tokens) }),
  };
}

/** A seed for each text: the first is that of a text written alone, so that it does not depend on the count. */
function* seedsOf(seed: number): Generator<number, never> {
  yield seed;
  for (const random = new Random(seed); ;) yield random.integer(LARGEST_SEED);
}

/** Texts of that length that are written side by side: what one text is ahead of the others is held in memory. */
function textsAtOnce(length: number): number {
  return Math.max(1, Math.min(MOST_TOGETHER, Math.floor(MOST_AHEAD / length)));
}

/** How many texts of those that remain come from the same model and prompt. */
function togetherWith({ answers }: Loaded, remaining: number): number {
  return answers.task === 'next-token' ? remaining : 1;
}

/** The ids before the first token that is written: the prompt behind the start, its last 2,000 characters. */
export function promptIds(prompt: string, { tokenizer, start }: Writer): Int32Array {
  const text = lastCharacters(normaliseText(prompt.slice(-2 * LONGEST_PROMPT)).text, LONGEST_PROMPT);
  // Running text goes on from anywhere; an example begins where it begins.
  const isExample = tokenizer.special.begin !== undefined;
  if (text === '') return start;
  const ids = tokenizer.encode(text);
  return isExample ? Int32Array.from([...start, ...ids]) : ids;
}

/** Checks what a person typed. */
export function refuseSampling({ length, temperature, topK, topP, count, beam, lengthPower }: SampleOptions): void {
  const whole = (value: number | undefined, from: number, to: number) =>
    value === undefined || (Number.isInteger(value) && value >= from && value <= to);
  if (!whole(length, 1, 10_000_000))
    throw new UserError(`The length must be a whole number from 1 to 10,000,000, not ${length}.`);
  if (!(temperature >= 0 && temperature <= 100))
    throw new UserError(`The temperature must be from 0 to 100, not ${temperature}.`);
  if (!whole(topK, 0, 1e6)) throw new UserError(`Top-k must be a whole number of 0 or more, not ${topK}.`);
  if (topP !== undefined && !(topP > 0 && topP <= 1))
    throw new UserError(`Top-p must be above 0 and at most 1, not ${topP}.`);
  if (!whole(count, 1, 10_000)) throw new UserError(`The count must be a whole number from 1 to 10,000, not ${count}.`);
  if (!whole(beam, 0, 1000)) throw new UserError(`The beam must be a whole number from 1 to 1,000, not ${beam}.`);
  if (lengthPower !== undefined && !(lengthPower >= 0 && lengthPower <= 10))
    throw new UserError(`The length power must be from 0 to 10, not ${lengthPower}.`);
  if (beam !== undefined && beam > 0 && (count ?? 1) > beam)
    throw new UserError(`A beam of ${beam} finds at most ${beam} texts: ask for fewer, or widen the beam.`);
}

/** Without a label in the options, one text of each after the other. */
function nextLabel({ answers }: Loaded, sample: number): string | undefined {
  return answers.task === 'label-to-sequence' ? answers.labels[sample % answers.labels.length] : undefined;
}

interface Written {
  text: string;
  tokens: TokenProbability[];
}

async function write(
  ids: Generator<{ id: number; probability: number }, void>,
  { tokenizer, ends }: Writer,
  { stop, probabilities }: SampleOptions,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<Written> {
  const decoder = tokenizer.decoder();
  const tokens: TokenProbability[] = [];
  let text = '';
  let told = 0;
  let toldAt = -Infinity;
  const tell = (end: number): void => {
    if (end <= told) return;
    onText(text.slice(told, end));
    told = end;
    toldAt = performance.now();
  };
  let cut = -1;
  try {
    for await (const { id, probability } of paced(ids, signal)) {
      if (probabilities) tokens.push({ token: tokenizer.token(id), probability });
      if (ends.includes(id)) break;
      const before = text.length;
      text += decoder.push([id]);
      cut = stopIn(text, stop, before);
      if (cut >= 0) break;
      // What may be the beginning of the stop text is held back.
      if (performance.now() - toldAt >= STREAM) tell(text.length - beginningOf(stop, text));
    }
  } finally {
    ids.return();
  }
  text = cut >= 0 ? text.slice(0, cut) : text + decoder.end();
  tell(text.length);
  return { text, tokens };
}

async function searchSamples(
  loaded: Loaded,
  options: SampleOptions,
  signal: AbortSignal,
  onText: OnText,
): Promise<SampleResult> {
  const writer = writerOf(loaded, options.label);
  const { model, tokenizer, ends, forbidden, label } = writer;
  const { stop, length, beam = 1, lengthPower = LENGTH_POWER, count = 1 } = options;
  const isComplete = stop ? (ids: readonly number[]) => endsWithin(tokenizer, ids, stop) : undefined;
  const search = beamSearch(model, promptIds(options.prompt ?? '', writer), {
    ...{ beam, length, lengthPower, ends, forbidden, isComplete },
  });
  const found = (await finished(search, signal)).slice(0, count);
  const texts = found.map(({ ids }) => {
    const text = tokenizer.decode(ids);
    const cut = stopIn(text, stop, 0);
    return cut >= 0 ? text.slice(0, cut) : text;
  });
  texts.forEach((text, sample) => onText(sample, text));
  return {
    texts,
    scores: found.map(({ logProbability, score }) => ({ logProbability, score })),
    ...(label !== undefined && { labels: texts.map(() => label) }),
  };
}

/** Whether the last token brought the stop text. */
function endsWithin(tokenizer: Tokenizer, ids: readonly number[], stop: string): boolean {
  // A token has at least one character, or a part of one.
  return tokenizer.decode(ids.slice(-4 * stop.length - 4)).includes(stop);
}

/** Where the stop text begins that the characters from `from` on have brought; -1 when they have not. */
function stopIn(text: string, stop: string | undefined, from: number): number {
  return stop ? text.indexOf(stop, Math.max(0, from - stop.length + 1)) : -1;
}

/** Length of the longest beginning of `stop` with which `text` ends. */
function beginningOf(stop: string | undefined, text: string): number {
  if (!stop) return 0;
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}

function lastCharacters(text: string, count: number): string {
  return text.length <= count ? text : [...text].slice(-count).join('');
}
