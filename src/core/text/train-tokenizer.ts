import { UserError } from '../errors';
import type { Recipe } from '../recipe/schema';
import { BpeTokenizer } from './bpe/bpe-tokenizer';
import { learnMerges } from './bpe/learn-merges';
import { CharacterCounter } from './character-tokenizer';
import { PieceCutter } from './pieces';
import { gpt2Words, graphemes, words, type Segmenter } from './segmenters';
import { applyPrefix, applySteps, rulesOf, type TextRules } from './text-rules';
import type { Tokenizer } from './tokenizer';
import { keptTokens, refuseSmall, SPECIAL_TOKENS, specialOf, Vocabulary, type TextKind } from './vocabulary';
import { WordLevelTokenizer } from './word-level-tokenizer';

/** Learns a vocabulary from text that comes in chunks. */
export interface TokenizerTrainer {
  /** More text; chunks may be cut anywhere. */
  push(chunk: string): void;
  /** Ends an example: what follows is another text. */
  separate(): void;
  /**
   * Makes the tokenizer, some milliseconds at each `next()`; yields the share that is done, 0 to 1. Throws UserError when
   * the text has fewer than two different tokens, or the recipe keeps none of them.
   */
  finishInSlices(): Generator<number, Tokenizer>;
}

type Options = Recipe['tokens'];

/**
 * A trainer for the recipe's unit. Running text ("stream") has the special token <unk>, id 0, and BPE none; examples have
 * <pad> <unk> <bos> <eos>, ids 0 to 3. Then come the tokens, the most frequent first, then by code point; those of BPE by
 * byte, then in the order of the merges. Throws UserError when `maxVocabulary` leaves no room.
 */
export function trainTokenizer(options: Options, kind: TextKind): TokenizerTrainer {
  const special = SPECIAL_TOKENS[kind];
  if (options.unit === 'bpe') return new BpeTrainer(options, kind === 'stream' ? [] : special);
  refuseSmall(options.maxVocabulary, special.length, 'the special tokens');
  if (options.unit === 'character') return new CharacterTrainer(options, kind);
  return new SegmentTrainer(options, special, options.unit === 'word' ? words : graphemes, kind);
}

class CharacterTrainer implements TokenizerTrainer {
  private readonly counter: CharacterCounter;
  /** A high surrogate whose other half may begin the next chunk. */
  private held = '';

  constructor(
    private readonly options: Options,
    private readonly kind: TextKind,
  ) {
    this.counter = new CharacterCounter(options.lowercase);
  }

  push(chunk: string): void {
    let text = this.held + chunk;
    this.held = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : '';
    text = text.slice(0, text.length - this.held.length);
    this.counter.add(text);
  }

  separate(): void {
    this.counter.add(this.held);
    this.held = '';
  }

  *finishInSlices(): Generator<number, Tokenizer> {
    this.separate();
    refuseUniform(this.counter.distinct, this.counter.most, this.options);
    yield 0;
    return this.counter.tokenizer(this.options, this.kind);
  }
}

/** Counts the segments of text in chunks. */
class SegmentCounter {
  readonly counts = new Map<string, number>();
  private readonly cutter: PieceCutter;
  private first = true;

  constructor(
    private readonly segmenter: Segmenter,
    private readonly rules: TextRules,
  ) {
    this.cutter = new PieceCutter((text, at) => segmenter.isBorder(text, at));
  }

  push(chunk: string): void {
    for (const piece of this.cutter.push(chunk)) this.count(piece);
  }

  separate(): void {
    const rest = this.cutter.end();
    if (rest !== '') this.count(rest);
    this.first = true;
  }

  private count(piece: string): void {
    const text = applySteps(piece, this.rules);
    for (const segment of this.segmenter.split(this.first ? applyPrefix(text, this.rules) : text)) {
      this.counts.set(segment, (this.counts.get(segment) ?? 0) + 1);
    }
    this.first = false;
  }
}

class SegmentTrainer implements TokenizerTrainer {
  private readonly counter: SegmentCounter;
  private readonly rules: TextRules;

  constructor(
    private readonly options: Options,
    private readonly special: string[],
    private readonly segmenter: Segmenter,
    kind: TextKind,
  ) {
    // Words carry the space before them, so an example's first word gets one too.
    this.rules = rulesOf(options.lowercase, kind === 'examples' && segmenter.unit === 'word' ? 'always' : 'never');
    this.counter = new SegmentCounter(segmenter, this.rules);
  }

  push(chunk: string): void {
    this.counter.push(chunk);
  }

  separate(): void {
    this.counter.separate();
  }

  *finishInSlices(): Generator<number, Tokenizer> {
    this.separate();
    const counts = wellFormed(this.counter.counts);
    refuseUniform(counts.size, largest(counts.values()), this.options);
    yield 0;
    const tokens = [...this.special, ...keptTokens(counts, this.options, this.special.length)];
    yield 0.5;
    return new WordLevelTokenizer(new Vocabulary(tokens, specialOf(tokens)), this.segmenter, this.rules);
  }
}

class BpeTrainer implements TokenizerTrainer {
  private readonly counter: SegmentCounter;
  private readonly rules: TextRules;

  constructor(
    private readonly options: Options,
    private readonly special: string[],
  ) {
    refuseSmall(options.maxVocabulary, special.length + 256, 'the bytes and special tokens');
    this.rules = rulesOf(options.lowercase);
    this.counter = new SegmentCounter(gpt2Words, this.rules);
  }

  push(chunk: string): void {
    this.counter.push(chunk);
  }

  separate(): void {
    this.counter.separate();
  }

  *finishInSlices(): Generator<number, Tokenizer> {
    this.separate();
    const { counts } = this.counter;
    const [only] = counts.keys();
    if (counts.size <= 1) refuseUniform(new Set(only).size, Infinity, this.options);
    const { special, options } = this;
    const { tokens, merges } = yield* learnMerges(counts, { ...options, special });
    const vocabulary = new Vocabulary(tokens, special.length > 0 ? specialOf(tokens) : {});
    return new BpeTokenizer({ vocabulary, merges, rules: this.rules, ignoreMerges: false });
  }
}

/** The counts with lone surrogates, which no file can hold, as U+FFFD. */
function wellFormed(counts: Map<string, number>): Map<string, number> {
  const mended = new Map<string, number>();
  for (const [segment, count] of counts) {
    const token = segment.replace(/\p{Surrogate}/gu, '\uFFFD');
    mended.set(token, (mended.get(token) ?? 0) + count);
  }
  return mended;
}

function largest(numbers: Iterable<number>): number {
  let most = 0;
  for (const number of numbers) if (number > most) most = number;
  return most;
}

/**
 * @param distinct different tokens of the training text
 * @param most count of the most frequent
 */
function refuseUniform(distinct: number, most: number, { unit, minCount }: Options): void {
  const noun = unit === 'bpe' ? 'byte' : unit;
  if (distinct === 0) throw new UserError('The training text is empty: choose a text with something to learn from.');
  if (distinct === 1) {
    throw new UserError(
      `The training text has only one different ${noun}, so there is nothing to learn: choose another text or another tokens.unit.`,
    );
  }
  if (most >= minCount) return;
  throw new UserError(
    `No ${noun} of the training text occurs ${minCount} times, as tokens.minCount asks: lower it to ${most} or less.`,
  );
}
