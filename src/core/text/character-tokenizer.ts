import { UserError } from '../errors';
import { countCodePoints } from './split';
import { lowercase, readNormalizer, rulesOf, writeNormalizer } from './text-rules';
import type { SpecialTokens, StreamDecoder, StreamEncoder, Tokenizer } from './tokenizer';
import {
  isObject,
  keptTokens,
  readTokens,
  SPECIAL_TOKENS,
  specialOf,
  UNKNOWN,
  Vocabulary,
  type TextKind,
  type VocabularyLimits,
} from './vocabulary';

/** Matches each code point, line breaks too. */
const ANY_CODE_POINT = '[\\s\\S]';
const REPLACEMENT = 0xfffd;

export type CharacterOptions = VocabularyLimits;

/** Counts code points of text that comes in chunks (no chunk may end inside a surrogate pair). */
export class CharacterCounter {
  private readonly basic = new Float64Array(0x10000);
  private readonly astral = new Map<number, number>();

  constructor(private readonly lowercased = false) {}

  add(text: string): void {
    forEachCodePoint(this.lowercased ? lowercase(text) : text, (point) => {
      if (point < 0x10000) this.basic[point]++;
      else this.astral.set(point, (this.astral.get(point) ?? 0) + 1);
    });
  }

  /** Different characters so far. */
  get distinct(): number {
    return this.counts().length;
  }

  /** Count of the most frequent one. */
  get most(): number {
    return this.counts().reduce((most, [, count]) => Math.max(most, count), 0);
  }

  /** Tokenizer of what was counted: special tokens, then characters by count, the most frequent first, then by code point. */
  tokenizer(limits: VocabularyLimits, kind: TextKind = 'stream'): CharacterTokenizer {
    const special = SPECIAL_TOKENS[kind];
    const tokens = [...special, ...keptTokens(this.counts(), limits, special.length)];
    return new CharacterTokenizer(tokens, specialOf(tokens), this.lowercased);
  }

  private counts(): [character: string, count: number][] {
    const counts: [string, number][] = [];
    this.basic.forEach((count, point) => {
      if (count > 0) counts.push([String.fromCharCode(point), count]);
    });
    for (const [point, count] of this.astral) counts.push([String.fromCodePoint(point), count]);
    return counts;
  }
}

/**
 * One token for each Unicode code point. `<unk>` stands for characters that the vocabulary lacks, so that any text can
 * be scored. Lone surrogates are read as U+FFFD.
 */
export class CharacterTokenizer implements Tokenizer {
  readonly unit = 'character';
  readonly unknownId: number;
  /** Id of each code point of the basic plane. */
  private readonly basic: Int32Array;
  private readonly astral = new Map<number, number>();
  private readonly vocabulary: Vocabulary;

  /**
   * @param tokens the token of each id: single code points, all different, beside the special ones
   * @param special ids of those; `unknown` must be there
   */
  constructor(
    tokens: string[],
    readonly special: SpecialTokens,
    private readonly lowercased = false,
  ) {
    if (special.unknown === undefined) throw new RangeError('A character vocabulary needs <unk>.');
    this.unknownId = special.unknown;
    this.vocabulary = new Vocabulary(tokens, special);
    this.basic = new Int32Array(0x10000).fill(this.unknownId);
    const specialIds = new Set(Object.values(special));
    tokens.forEach((token, id) => {
      if (specialIds.has(id)) return;
      const point = token.codePointAt(0) as number;
      if (point < 0x10000) this.basic[point] = id;
      else this.astral.set(point, id);
    });
  }

  /** Learns the vocabulary of `text`; see CharacterCounter for its order. */
  static train(text: string, options: CharacterOptions): CharacterTokenizer {
    const counter = new CharacterCounter();
    counter.add(text);
    return counter.tokenizer(options);
  }

  /** Reads what `toJSON` wrote. Throws UserError for anything else; `where` names the file in it. */
  static fromJSON(json: unknown, where = 'tokenizer.json'): CharacterTokenizer {
    const fail = (what: string): never => {
      throw new UserError(`${where} is not a character tokenizer of this product (${what}): choose another run.`);
    };
    const file = isObject(json) ? json : fail('it is not a JSON object');
    const model = isObject(file.model) ? file.model : fail('it has no model');
    if (model.type !== 'WordLevel') fail('its model is not WordLevel');
    if (!splitsCodePoints(file)) fail('it does not simply split text into code points');
    if (model.unk_token !== UNKNOWN) fail(`its unk_token is not ${UNKNOWN}`);
    const { steps, prefix } = readNormalizer(file.normalizer, fail);
    const lowercased = steps.length === 1 && steps[0] === 'lowercase';
    if (prefix !== 'never' || (steps.length > 0 && !lowercased)) fail('it changes more of the text than its case');
    const tokens = readTokens(model.vocab, [], fail);
    const special = specialOf(tokens);
    if (special.unknown === undefined) fail(`its vocab lacks ${UNKNOWN}`);
    const specialIds = new Set(Object.values(special));
    if (!tokens.every((token, id) => specialIds.has(id) || isCharacter(token))) {
      fail('it has a token that is not one character');
    }
    return new CharacterTokenizer(tokens, special, lowercased);
  }

  /**
   * The layout of Hugging Face's `tokenizers`, which loads it and gives the same ids. `<unk>` is no "added token" there,
   * because added tokens are also found in the text, where a person who writes "<unk>" means five characters.
   */
  toJSON(): object {
    return {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: writeNormalizer(rulesOf(this.lowercased)),
      pre_tokenizer: { type: 'Split', pattern: { Regex: ANY_CODE_POINT }, behavior: 'Isolated', invert: false },
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: {
        type: 'WordLevel',
        vocab: this.vocabulary.toJSON(),
        unk_token: UNKNOWN,
      },
    };
  }

  /** Number of tokens, special ones included. */
  get size(): number {
    return this.vocabulary.size;
  }

  /** One id for each code point of `text`. */
  encode(text: string): Int32Array {
    const normal = this.lowercased ? lowercase(text) : text;
    const ids = new Int32Array(countCodePoints(normal));
    let count = 0;
    forEachCodePoint(normal, (point) => {
      ids[count++] = this.idOf(point);
    });
    return ids;
  }

  stream(): StreamEncoder {
    let held = '';
    return {
      push: (chunk) => {
        const text = held + chunk;
        held = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : '';
        return this.encode(held === '' ? text : text.slice(0, -1));
      },
      end: () => this.encode(held),
    };
  }

  isBorder(text: string, at: number): boolean {
    return (text.charCodeAt(at) & 0xfc00) !== 0xdc00 || (text.charCodeAt(at - 1) & 0xfc00) !== 0xd800;
  }

  decode(ids: ArrayLike<number>): string {
    const parts: string[] = [];
    for (let i = 0; i < ids.length; i++) {
      const token = this.token(ids[i]);
      if (!this.vocabulary.isSilent(ids[i])) parts.push(token);
    }
    return parts.join('');
  }

  decoder(): StreamDecoder {
    return { push: (ids) => this.decode(ids), end: () => '' };
  }

  /** Throws RangeError for an id that does not exist. */
  token(id: number): string {
    return this.vocabulary.token(id);
  }

  /** Code points of `text` that the vocabulary lacks. */
  unknownCount(text: string): number {
    let count = 0;
    for (const id of this.encode(text)) if (id === this.unknownId) count++;
    return count;
  }

  private idOf(point: number): number {
    return point < 0x10000 ? this.basic[point] : (this.astral.get(point) ?? this.unknownId);
  }
}

/** Calls `visit` with each code point; a lone surrogate is U+FFFD. */
function forEachCodePoint(text: string, visit: (point: number) => void): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit & 0xf800) !== 0xd800) {
      visit(unit);
      continue;
    }
    const point = text.codePointAt(i) as number;
    if (point >= 0x10000) i++;
    visit(point >= 0x10000 ? point : REPLACEMENT);
  }
}

function isCharacter(token: string): boolean {
  const point = token.codePointAt(0);
  return point !== undefined && token === String.fromCodePoint(point) && (point & 0x1ff800) !== 0xd800;
}

/** True when the file does what this class does: no extra tokens, every code point by itself. */
function splitsCodePoints(file: Record<string, unknown>): boolean {
  const pre = file.pre_tokenizer;
  if (!isObject(pre) || pre.type !== 'Split' || pre.behavior !== 'Isolated' || pre.invert === true) return false;
  if (!isObject(pre.pattern) || pre.pattern.Regex !== ANY_CODE_POINT) return false;
  if (Array.isArray(file.added_tokens) && file.added_tokens.length > 0) return false;
  return ['post_processor', 'truncation', 'padding'].every((key) => (file[key] ?? null) === null);
}
