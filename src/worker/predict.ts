import { randomInt } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { Cancelled, UserError } from '../core/errors';
import { sampleTogether } from '../core/generation/sample';
import { scoreTokens } from '../core/generation/score';
import { modelFromCheckpoint } from '../core/models/checkpoint-model';
import type { RecurrentLanguageModel } from '../core/models/language-model';
import { Random } from '../core/random';
import type { Recipe } from '../core/recipe/schema';
import { RUN_FILES } from '../core/runs/record';
import type { CharacterTokenizer } from '../core/text/character-tokenizer';
import { normaliseText } from '../core/text/normalise';
import { evaluateInSlices } from '../core/training/evaluation';
import type { EvaluateOptions, EvaluateResult, SampleOptions, ScoreLine } from '../protocol/worker';
import type { Backends } from './backend';
import { refuseMismatch } from './checkpoint-check';
import { yieldToMessages } from './control';
import { characterMetrics } from './metrics';
import { RunFolder, type CheckpointKind } from './run-folder';
import { SideBySide } from './side-by-side';
import { encodeSource } from './source';

/** Models that are kept in memory. */
const KEPT = 2;
/** Characters of a prompt that count: the state forgets what is further back. */
const LONGEST_PROMPT = 2000;
/** Milliseconds of work after which messages get their turn, and between two pieces of a streamed text. */
const YIELD = 10;
const STREAM = 33;
const LARGEST_SEED = 2 ** 32;
/** Texts that are written side by side, and tokens of all of them together that are kept for that. */
const MOST_TOGETHER = 32;
const MOST_KEPT_TOKENS = 1e6;

interface Loaded {
  key: string;
  model: RecurrentLanguageModel;
  tokenizer: CharacterTokenizer;
  recipe: Recipe;
}

/** Answers questions with the models of runs. Everything is cancelled by a signal, within some tens of milliseconds. */
export class Predictor {
  /** Most recently used last. */
  private loaded: Loaded[] = [];

  constructor(private readonly backends: Backends) {
    backends.onClose = () => this.forget();
  }

  /**
   * Writes `count` texts after a prompt (without it). `onText` hears them in pieces, at most 30 a second. A prompt's
   * last 2,000 characters count; an empty one stands for the start of a line. With the same seed, the first text is the
   * same however many there are. Throws UserError and Cancelled.
   */
  async sample(
    options: SampleOptions,
    signal: AbortSignal,
    onText: (sample: number, text: string) => void,
  ): Promise<string[]> {
    refuseSampling(options);
    const { model, tokenizer } = await this.load(options.run, options.checkpoint);
    const { seed = randomInt(LARGEST_SEED), count = 1, length, stop } = options;
    const prompt = promptIds(options.prompt ?? '', tokenizer);
    const together = Math.max(1, Math.min(MOST_TOGETHER, Math.floor(MOST_KEPT_TOKENS / length)));
    const texts: string[] = [];
    while (texts.length < count) {
      const first = texts.length;
      const random = Array.from(
        { length: Math.min(together, count - first) },
        (_, b) => new Random(seed ^ Math.imul(first + b, 0x9e3779b1)),
      );
      const steps = sampleTogether(model, prompt, { ...options, random, forbidden: [tokenizer.unknownId] });
      const group = new SideBySide(steps, random.length);
      try {
        for (let b = 0; b < random.length; b++) {
          texts.push(await this.write(group.text(b), tokenizer, stop, signal, (text) => onText(first + b, text)));
        }
      } finally {
        group.close();
      }
    }
    return texts;
  }

  private async write(
    tokens: Generator<{ id: number }, void>,
    tokenizer: CharacterTokenizer,
    stop: string | undefined,
    signal: AbortSignal,
    onText: (text: string) => void,
  ): Promise<string> {
    let text = '';
    let told = 0;
    let toldAt = -Infinity;
    const tell = (end: number): void => {
      if (end <= told) return;
      onText(text.slice(told, end));
      told = end;
      toldAt = performance.now();
    };
    try {
      for await (const { id } of paced(tokens, signal)) {
        text += tokenizer.token(id);
        if (stop && text.endsWith(stop)) {
          text = text.slice(0, -stop.length);
          break;
        }
        // What may be the beginning of the stop text is held back.
        if (performance.now() - toldAt >= STREAM) tell(text.length - beginningOf(stop, text));
      }
    } finally {
      tokens.return();
    }
    tell(text.length);
    return text;
  }

  /** Measures a run's best model on a text. Throws UserError and Cancelled. */
  async evaluate({ run, source }: EvaluateOptions, signal: AbortSignal): Promise<EvaluateResult> {
    const { model, tokenizer } = await this.load(run);
    const { ids, unknown } = await encodeSource(source, tokenizer, { shouldStop: () => signal.aborted });
    const slices = evaluateInSlices(model, ids);
    try {
      for (let slice = slices.next(); ; slice = slices.next()) {
        if (slice.done) {
          const { loss, accuracy, tokens } = slice.value;
          return { ...characterMetrics(loss), accuracy, tokens, unknown: unknown / ids.length };
        }
        await yieldToMessages();
        if (signal.aborted) throw new Cancelled();
      }
    } finally {
      slices.return(undefined as never);
    }
  }

  /**
   * Scores each line by itself, as if it stood after a line end (which is not scored; a vocabulary without line ends
   * leaves the first character unscored). Throws UserError and Cancelled.
   */
  async score(run: string, lines: string[], signal: AbortSignal): Promise<ScoreLine[]> {
    const { model, tokenizer } = await this.load(run);
    const scored: ScoreLine[] = [];
    for (const line of lines) {
      await yieldToMessages();
      if (signal.aborted) throw new Cancelled();
      scored.push(scoreLine(model, tokenizer, normaliseText(line).text));
    }
    return scored;
  }

  /** Disposes of all models: their backend goes, or memory is needed. */
  forget(): void {
    for (const { model } of this.loaded) model.dispose();
    this.loaded = [];
  }

  /** The model of a run; read anew only when its checkpoint has changed. Throws UserError. */
  private async load(run: string, kind?: CheckpointKind): Promise<Loaded> {
    const folder = new RunFolder(run);
    const record = await folder.readRecord();
    await this.backends.prepare(record.recipe);
    const file = await checkpointOf(folder, kind, record.name);
    const { mtimeMs, size, ino } = await fs.stat(folder.file(RUN_FILES[file]));
    const key = JSON.stringify([folder.file(RUN_FILES[file]), mtimeMs, size, ino]);
    const known = this.loaded.findIndex((each) => each.key === key);
    const found = known >= 0 ? this.loaded.splice(known, 1)[0] : await read(folder, file, record.recipe, key);
    this.loaded.push(found);
    while (this.loaded.length > KEPT) this.loaded.shift()?.model.dispose();
    return found;
  }
}

async function read(folder: RunFolder, kind: CheckpointKind, recipe: Recipe, key: string): Promise<Loaded> {
  const tokenizer = await folder.readTokenizer();
  const { tensors } = await folder.readCheckpoint(kind);
  refuseMismatch(recipe, tokenizer.size, tensors);
  return { key, tokenizer, recipe, model: modelFromCheckpoint(recipe, tokenizer.size, tensors) };
}

/** The checkpoint that was asked for; else the best, or the last of a run that was never measured. */
async function checkpointOf(
  folder: RunFolder,
  kind: CheckpointKind | undefined,
  name: string,
): Promise<CheckpointKind> {
  for (const each of kind ? [kind] : (['best', 'last'] as const)) if (await folder.exists(RUN_FILES[each])) return each;
  throw new UserError(`${name} has no ${kind ?? 'saved'} checkpoint yet: train it for a few more seconds.`);
}

/** Checks what a person typed. */
function refuseSampling({ length, temperature, topK, topP, count }: SampleOptions): void {
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
}

function promptIds(prompt: string, tokenizer: CharacterTokenizer): Int32Array {
  const text = normaliseText(prompt.slice(-2 * LONGEST_PROMPT)).text;
  if (text !== '') return tokenizer.encode(text).slice(-LONGEST_PROMPT);
  const newline = tokenizer.encode('\n');
  return newline[0] === tokenizer.unknownId ? new Int32Array(0) : newline;
}

/** The values of a generator, with pauses in which messages flow. Throws Cancelled. */
async function* paced<T>(values: Generator<T, void>, signal: AbortSignal): AsyncGenerator<T> {
  let from = performance.now();
  for (const value of values) {
    yield value;
    if (performance.now() - from < YIELD) continue;
    await yieldToMessages();
    if (signal.aborted) throw new Cancelled();
    from = performance.now();
  }
}

/** Length of the longest beginning of `stop` with which `text` ends. */
function beginningOf(stop: string | undefined, text: string): number {
  if (!stop) return 0;
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}

function scoreLine(model: RecurrentLanguageModel, tokenizer: CharacterTokenizer, text: string): ScoreLine {
  const start = tokenizer.encode('\n');
  const context = start[0] === tokenizer.unknownId ? 0 : 1;
  const line = tokenizer.encode(text);
  const ids = new Int32Array(context + line.length);
  if (context) ids[0] = start[0];
  ids.set(line, context);
  const logs = scoreTokens(model, ids);
  const logProbability = logs.reduce((sum, each) => sum + each, 0);
  const loss = logs.length > 0 ? -logProbability / logs.length : 0;
  const { perplexity, bitsPerCharacter } = characterMetrics(loss);
  const characters = [...text].slice(1 - context);
  const tokens = characters.map((token, i) => ({ token, logProbability: logs[i] }));
  return { text, logProbability, perplexity, bitsPerCharacter, tokens };
}
