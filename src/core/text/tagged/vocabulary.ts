import { UserError } from '../../errors';
import type { Recipe } from '../../recipe/schema';
import { withSigns } from './signs';
import { wordShape } from './word-shape';

/** A sentence in numbers. */
export interface EncodedSentence {
  /** [tokens]: places of the words. */
  words: Int32Array;
  /** The characters of each token between a beginning and an end; tokens spelled alike share one array. */
  spellings: Int32Array[];
  /** What each token looks like, see `wordShape`. */
  shapes: Int32Array;
  /** The same tokens as a biLM spells them, where a model reads one. */
  context?: EncodedSentence;
}

/** What a run keeps of a vocabulary. */
export interface TaggerVocabularyJson {
  /** Whether words, though not characters, are put in lower case. */
  lowercase: boolean;
  /** Words but the unknown one. */
  words: string[];
  /** Characters but the three special ones, code points of the tokens as they stand. */
  characters: string[];
}

/** Place of a word, and of a character, that training lacked. */
export const UNKNOWN = 0;
/** Characters that stand before and behind every word. */
const BEGIN = 1;
const END = 2;
const SPECIAL = 3;
/** Characters of a word that are read at each of its ends; those between are left out of longer ones. */
const AFFIX = 20;
const TOKENS_PER_SLICE = 10_000;
/** More than any sensible vocabulary: what is larger in a file is damage. */
const MOST = 4_000_000;

/** The words and the characters that a neural tagger knows. Tokens are taken as they come and never split. */
export class TaggerVocabulary {
  private readonly wordIds: Map<string, number>;
  private readonly characterIds: Map<string, number>;

  private constructor(private readonly json: TaggerVocabularyJson) {
    this.wordIds = new Map(json.words.map((word, k) => [word, k + 1]));
    this.characterIds = new Map(json.characters.map((character, k) => [character, k + SPECIAL]));
  }

  /**
   * The most frequent words that occur `minCount` times, at most `maxVocabulary` with the unknown one, and every
   * character; yields the share that is done.
   */
  static *learnInSlices(
    sentences: readonly (readonly string[])[],
    { lowercase, minCount, maxVocabulary }: Pick<Recipe['tokens'], 'lowercase' | 'minCount' | 'maxVocabulary'>,
  ): Generator<number, TaggerVocabulary> {
    const counts = new Map<string, number>();
    let tokens = 0;
    for (const [index, sentence] of sentences.entries()) {
      for (const token of sentence) counts.set(token, (counts.get(token) ?? 0) + 1);
      tokens += sentence.length;
      if (tokens < TOKENS_PER_SLICE) continue;
      tokens = 0;
      yield index / sentences.length;
    }
    const words = new Map<string, number>();
    const characters = new Set<string>();
    for (const [token, count] of counts) {
      const word = lowercase ? token.toLowerCase() : token;
      words.set(word, (words.get(word) ?? 0) + count);
      for (const character of token) characters.add(character);
    }
    const kept = [...words].filter(([, count]) => count >= minCount);
    kept.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return new TaggerVocabulary({
      lowercase,
      words: kept.slice(0, maxVocabulary - 1).map(([word]) => word),
      characters: [...characters].sort((a, b) => (a < b ? -1 : 1)),
    });
  }

  /** Throws UserError when `json` is not what `toJSON` gives. */
  static fromJSON(json: unknown): TaggerVocabulary {
    const { lowercase, words, characters } = (typeof json === 'object' && json !== null ? json : {}) as {
      [K in keyof TaggerVocabularyJson]?: unknown;
    };
    if (typeof lowercase === 'boolean' && isList(words) && isList(characters)) {
      return new TaggerVocabulary({ lowercase, words, characters });
    }
    throw new UserError("The tagger's vocabulary is damaged: train again, or choose another run.");
  }

  /** Words, the unknown one included. */
  get wordCount(): number {
    return this.json.words.length + 1;
  }

  /** Characters, the special ones included. */
  get characterCount(): number {
    return this.json.characters.length + SPECIAL;
  }

  /** Words by id less one: the unknown word is not among them. */
  get words(): readonly string[] {
    return this.json.words;
  }

  /** Place of a token's word; `UNKNOWN` where there is none. */
  wordId(token: string): number {
    return this.wordIds.get(this.json.lowercase ? token.toLowerCase() : token) ?? UNKNOWN;
  }

  /** What sentences are encoded with: tokens spelled alike get one array of characters in all of them. */
  encoder(): (tokens: readonly string[]) => EncodedSentence {
    const known = new Map<string, Int32Array>();
    const spelling = (token: string): Int32Array => {
      let ids = known.get(token);
      if (!ids) known.set(token, (ids = this.spell(token)));
      return ids;
    };
    return (tokens) => ({
      words: Int32Array.from(tokens, (token) => this.wordId(token)),
      spellings: tokens.map(spelling),
      // Whatever a long token has behind its beginning, it is no word.
      shapes: Int32Array.from(tokens, (token) => wordShape(token.slice(0, 4 * AFFIX))),
    });
  }

  /** The same characters, and no words but the unknown one. */
  withoutWords(): TaggerVocabulary {
    return new TaggerVocabulary({ ...this.json, words: [] });
  }

  toJSON(): TaggerVocabularyJson {
    return this.json;
  }

  /** Place in `other` of each word, and of each character, with which special ones match; −1 where it has none. */
  placesIn(other: TaggerVocabulary): { words: Int32Array; characters: Int32Array } {
    const special = Array.from({ length: SPECIAL }, (_, id) => id);
    return {
      words: Int32Array.from([UNKNOWN, ...this.json.words.map((word) => other.wordIds.get(word) ?? -1)]),
      characters: Int32Array.from([...special, ...this.json.characters.map((c) => other.characterIds.get(c) ?? -1)]),
    };
  }

  private spell(token: string): Int32Array {
    // Only the ends of a long token are turned into code points: it may have millions.
    const long = token.length > 4 * AFFIX;
    const head = Array.from(long ? token.slice(0, 2 * AFFIX) : token);
    const tail = Array.from(long ? token.slice(-2 * AFFIX) : token);
    const all = head.length > 2 * AFFIX || long ? [...head.slice(0, AFFIX), ...tail.slice(-AFFIX)] : head;
    return Int32Array.from([BEGIN, ...all.map((character) => this.characterIds.get(character) ?? UNKNOWN), END]);
  }
}

/**
 * What a tagger's sentences are encoded with; names are read with the sign before them.
 * @param context characters of the biLM that it reads, if any
 */
export function sentenceEncoder(
  vocabulary: TaggerVocabulary,
  context?: TaggerVocabulary,
): (tokens: readonly string[]) => EncodedSentence {
  const own = vocabulary.encoder();
  const encode = (tokens: readonly string[]) => own(withSigns(tokens));
  const within = context?.encoder();
  return within ? (tokens) => ({ ...encode(tokens), context: within(tokens) }) : encode;
}

/** Whether this is a list of distinct texts that are not empty. */
function isList(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length > MOST) return false;
  return value.every((item) => typeof item === 'string' && item !== '') && new Set(value).size === value.length;
}
