/** Special tokens of a vocabulary, by id; a vocabulary of running text has only <unk>. */
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
  /** Decodes ids that come one by one. */
  decoder(): StreamDecoder;
  /** Special tokens are left out. */
  decode(ids: ArrayLike<number>): string;
  /** The text of a token, as it appears in decoded text; "<unk>" and the like for special ones. */
  token(id: number): string;
  /** Tokens of a text that the vocabulary lacks. */
  unknownCount(text: string): number;
  /** Hugging Face `tokenizers` layout. */
  toJSON(): object;
}

export interface StreamEncoder {
  push(chunk: string): Int32Array;
  end(): Int32Array;
}
export interface StreamDecoder {
  push(ids: ArrayLike<number>): string;
  end(): string;
}
