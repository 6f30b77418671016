import { UserError } from '../errors';
import { countCodePoints } from './split';

/** The token of characters that the vocabulary lacks. */
export const UNKNOWN = '<unk>';
/** Ids must fit 16 bits. */
const LARGEST_VOCABULARY = 65_536;
/** Matches each code point, line breaks too. */
const ANY_CODE_POINT = '[\\s\\S]';
const REPLACEMENT = 0xfffd;

export interface CharacterOptions {
  /** Rarer characters become <unk>; 1 or more. */
  minCount: number;
  /** Largest vocabulary, <unk> included; 2 to 65,536. */
  maxVocabulary: number;
}

/** Counts code points of text that comes in chunks (no chunk may end inside a surrogate pair). */
export class CharacterCounter {
  private readonly basic = new Float64Array(0x10000);
  private readonly astral = new Map<number, number>();

  add(text: string): void {
    forEachCodePoint(text, (point) => {
      if (point < 0x10000) this.basic[point]++;
      else this.astral.set(point, (this.astral.get(point) ?? 0) + 1);
    });
  }

  /** Tokenizer of what was counted: <unk> is 0, then characters by count, the most frequent first, then by code point. */
  tokenizer({ minCount, maxVocabulary }: CharacterOptions): CharacterTokenizer {
    const counts: [point: number, count: number][] = [];
    this.basic.forEach((count, point) => {
      if (count > 0) counts.push([point, count]);
    });
    counts.push(...this.astral);
    const kept = counts
      .filter(([, count]) => count >= minCount)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, Math.min(maxVocabulary, LARGEST_VOCABULARY) - 1)
      .map(([point]) => String.fromCodePoint(point));
    return new CharacterTokenizer([UNKNOWN, ...kept], 0);
  }
}

/**
 * One token for each Unicode code point. `<unk>` stands for characters that the vocabulary lacks, so that any text can
 * be scored. Lone surrogates are read as U+FFFD.
 */
export class CharacterTokenizer {
  /** Id of each code point of the basic plane. */
  private readonly basic: Uint16Array;
  private readonly astral = new Map<number, number>();

  /**
   * @param tokens the token of each id: single code points, all different, and one `<unk>`
   * @param unknownId id of `<unk>`
   */
  constructor(
    private readonly tokens: string[],
    readonly unknownId: number,
  ) {
    this.basic = new Uint16Array(0x10000).fill(unknownId);
    tokens.forEach((token, id) => {
      if (id === unknownId) return;
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
    const vocabulary = isObject(model.vocab) ? model.vocab : fail('it has no vocab');
    const entries = Object.entries(vocabulary);
    if (entries.length > LARGEST_VOCABULARY) fail(`it has more than ${LARGEST_VOCABULARY} tokens`);
    const tokens = new Array<string>(entries.length);
    for (const [token, id] of entries) {
      if (
        typeof id !== 'number' ||
        !Number.isInteger(id) ||
        id < 0 ||
        id >= entries.length ||
        tokens[id] !== undefined
      ) {
        fail(`its ids are not the numbers 0 to ${entries.length - 1}`);
      }
      if (token !== UNKNOWN && !isCharacter(token)) fail('it has a token that is not one character');
      tokens[id as number] = token;
    }
    const unknownId = tokens.indexOf(UNKNOWN);
    if (unknownId < 0) fail(`its vocab lacks ${UNKNOWN}`);
    return new CharacterTokenizer(tokens, unknownId);
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
      normalizer: null,
      pre_tokenizer: { type: 'Split', pattern: { Regex: ANY_CODE_POINT }, behavior: 'Isolated', invert: false },
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: {
        type: 'WordLevel',
        vocab: Object.fromEntries(this.tokens.map((token, id) => [token, id])),
        unk_token: UNKNOWN,
      },
    };
  }

  /** Number of tokens, `<unk>` included. */
  get size(): number {
    return this.tokens.length;
  }

  /** One id for each code point of `text`. */
  encode(text: string): Int32Array {
    const ids = new Int32Array(countCodePoints(text));
    let count = 0;
    forEachCodePoint(text, (point) => {
      ids[count++] = this.idOf(point);
    });
    return ids;
  }

  /** The text of `ids`; an unknown character reads `<unk>`. Throws RangeError for an id that does not exist. */
  decode(ids: ArrayLike<number>): string {
    const parts: string[] = [];
    for (let i = 0; i < ids.length; i++) parts.push(this.token(ids[i]));
    return parts.join('');
  }

  /** Throws RangeError for an id that does not exist. */
  token(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) throw new RangeError(`There is no token ${id} in a vocabulary of ${this.size}.`);
    return token;
  }

  /** Code points of `text` that the vocabulary lacks. */
  unknownCount(text: string): number {
    let count = 0;
    forEachCodePoint(text, (point) => {
      if (this.idOf(point) === this.unknownId) count++;
    });
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCharacter(token: string): boolean {
  const point = token.codePointAt(0);
  return point !== undefined && token === String.fromCodePoint(point) && (point & 0x1ff800) !== 0xd800;
}

/** True when the file does what this class does: no normalisation, no extra tokens, every code point by itself. */
function splitsCodePoints(file: Record<string, unknown>): boolean {
  const pre = file.pre_tokenizer;
  if (!isObject(pre) || pre.type !== 'Split' || pre.behavior !== 'Isolated' || pre.invert === true) return false;
  if (!isObject(pre.pattern) || pre.pattern.Regex !== ANY_CODE_POINT) return false;
  if (Array.isArray(file.added_tokens) && file.added_tokens.length > 0) return false;
  return ['normalizer', 'post_processor', 'truncation', 'padding'].every((key) => (file[key] ?? null) === null);
}
