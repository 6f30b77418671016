/** Special tokens of a vocabulary, by id; a vocabulary of running text has only <unk>, one of examples has all four. */
export interface SpecialTokens {
  pad?: number;
  unknown?: number;
  begin?: number;
  end?: number;
}

/** Turns text into tokens and back. Made by `trainTokenizer` or read from `tokenizer.json` by `tokenizerFromJson`. */
export interface Tokenizer {
  readonly unit: 'character' | 'grapheme' | 'word' | 'bpe';
  /** V, special tokens included. */
  readonly size: number;
  readonly special: SpecialTokens;
  /** Kept for callers that ask for it by this name; the same as `special.unknown`. */
  readonly unknownId: number | undefined;
  /** Without <bos> and <eos>. */
  encode(text: string): Int32Array;
  /** Encodes text that comes in chunks, in bounded memory. */
  stream(): StreamEncoder;
  /**
   * True where text may be cut for certain: what is before `at` (0 < at < text.length) has the same tokens whatever
   * follows, and the other way round.
   */
  isBorder(text: string, at: number): boolean;
  /** <pad>, <bos> and <eos> are left out; what was unknown reads "<unk>". Throws RangeError for an id that does not exist. */
  decode(ids: ArrayLike<number>): string;
  /** Decodes ids that come one by one. */
  decoder(): StreamDecoder;
  /** The text of a token, as it appears in decoded text; "<unk>" and the like for special ones. Throws RangeError. */
  token(id: number): string;
  /** Tokens of a text that the vocabulary lacks. */
  unknownCount(text: string): number;
  /** Hugging Face `tokenizers` layout. */
  toJSON(): object;
}

/** The ids of all calls together are those that `encode` gives for the whole text, wherever the chunks were cut. */
export interface StreamEncoder {
  /** Ids that are certain whatever follows; at most some 65,536 characters are held back. */
  push(chunk: string): Int32Array;
  /** The rest; to be called once. */
  end(): Int32Array;
}

/** The texts of all calls together are what `decode` gives for all ids; a character's unfinished bytes are held back. */
export interface StreamDecoder {
  push(ids: ArrayLike<number>): string;
  end(): string;
}
