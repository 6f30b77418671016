import { UserError } from '../errors';
import type { SpecialTokens } from './tokenizer';

/** The token of what the vocabulary lacks. */
export const UNKNOWN = '<unk>';
/** Largest vocabulary, the limit of `tokens.maxVocabulary`. */
export const LARGEST_VOCABULARY = 262_144;

/** What a vocabulary is for: running text, or examples, which begin, end and are padded. */
export type TextKind = 'stream' | 'examples';

/** The tokens that a vocabulary begins with. */
export const SPECIAL_TOKENS: Record<TextKind, string[]> = {
  stream: [UNKNOWN],
  examples: ['<pad>', UNKNOWN, '<bos>', '<eos>'],
};

export interface VocabularyLimits {
  /** Rarer tokens become <unk>; 1 or more. */
  minCount: number;
  /** Largest vocabulary, special tokens included. */
  maxVocabulary: number;
}

/** Order of code points, in which U+10000 comes after U+FFFF; `<` compares halves of surrogate pairs. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
  }
  return a.length - b.length;
}

/** Surrogates after all else of the basic plane. */
function rank(unit: number): number {
  return (unit & 0xf800) === 0xd800 ? unit + 0x10000 : unit;
}

/** Tokens to keep of those counted: the most frequent first, then by code point. */
export function keptTokens(
  counts: Iterable<[token: string, count: number]>,
  limits: VocabularyLimits,
  special: number,
): string[] {
  return Array.from(counts)
    .filter(([, count]) => count >= limits.minCount)
    .sort((a, b) => b[1] - a[1] || compareCodePoints(a[0], b[0]))
    .slice(0, Math.max(0, Math.min(limits.maxVocabulary, LARGEST_VOCABULARY) - special))
    .map(([token]) => token);
}

/** Tokens by id and ids by token. */
export class Vocabulary {
  private readonly ids: Map<string, number>;

  /** @param tokens all different */
  constructor(
    readonly tokens: string[],
    readonly special: SpecialTokens,
  ) {
    this.ids = new Map(tokens.map((token, id) => [token, id]));
  }

  get size(): number {
    return this.tokens.length;
  }

  idOf(token: string): number | undefined {
    return this.ids.get(token);
  }

  /** Throws RangeError for an id that does not exist. */
  token(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) throw new RangeError(`There is no token ${id} in a vocabulary of ${this.size}.`);
    return token;
  }

  /** Whether decoded text leaves the token out. */
  isSilent(id: number): boolean {
    const { pad, begin, end } = this.special;
    return id === pad || id === begin || id === end;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.tokens.map((token, id) => [token, id]));
  }
}

/** Ids of the special tokens that a list of tokens begins with. */
export function specialOf(tokens: string[]): SpecialTokens {
  if (SPECIAL_TOKENS.examples.every((token, id) => tokens[id] === token)) {
    return { pad: 0, unknown: 1, begin: 2, end: 3 };
  }
  const unknown = tokens.indexOf(UNKNOWN);
  return unknown < 0 ? {} : { unknown };
}

/** Reads the `vocab` of a file and its added tokens: ids must be 0 to V-1, each once. `fail` throws the UserError. */
export function readTokens(vocab: unknown, added: unknown, fail: (what: string) => never): string[] {
  if (!isObject(vocab)) return fail('it has no vocab');
  const entries: [string, unknown][] = Object.entries(vocab);
  if (Array.isArray(added)) {
    for (const entry of added as unknown[]) {
      if (!isObject(entry) || typeof entry.content !== 'string') fail('its added_tokens are damaged');
      else if (!Object.hasOwn(vocab, entry.content)) entries.push([entry.content, entry.id]);
    }
  }
  if (entries.length > LARGEST_VOCABULARY) fail(`it has more than ${LARGEST_VOCABULARY} tokens`);
  const tokens = new Array<string>(entries.length);
  for (const [token, id] of entries) {
    const valid = typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < entries.length;
    if (!valid || tokens[id] !== undefined) return fail(`its ids are not the numbers 0 to ${entries.length - 1}`);
    tokens[id] = token;
  }
  if (new Set(tokens).size !== tokens.length) fail('it has the same token twice');
  return tokens;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws UserError when so small a vocabulary has no room beside its first tokens. */
export function refuseSmall(maxVocabulary: number, first: number, what: string): void {
  if (maxVocabulary > first) return;
  throw new UserError(
    `tokens.maxVocabulary is ${maxVocabulary}, and ${what} are ${first} tokens already: set it to ${first + 1} or more.`,
  );
}
