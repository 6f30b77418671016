import type { IdBuffer } from '../id-buffer';
import { PieceTokenizer } from '../piece-tokenizer';
import { gpt2Words } from '../segmenters';
import { writeNormalizer, type TextRules } from '../text-rules';
import type { StreamDecoder } from '../tokenizer';
import type { Vocabulary } from '../vocabulary';
import { byteAlphabet, bytesOfToken, rankOfByte } from './alphabet';
import { Merger } from './merger';

/** Longer words are not remembered, and no more words than this. */
const LONGEST_REMEMBERED = 64;
const REMEMBERED = 65_536;

export interface BpeParts {
  vocabulary: Vocabulary;
  /** Tokens that become one, the first merge first; they and what they make are in the vocabulary. */
  merges: [string, string][];
  rules: TextRules;
  /** Whether a word that is a token as a whole is taken as that at once. */
  ignoreMerges: boolean;
}

/**
 * Byte-pair encoding over the bytes of GPT-2's words, so that nothing is unknown: the "ByteLevel" of Hugging Face
 * `tokenizers`, which gives the same ids.
 */
export class BpeTokenizer extends PieceTokenizer {
  private readonly merger: Merger;
  /** Id of each byte. */
  private readonly byteIds: Int32Array;
  /** Bytes of each token; undefined for special ones. */
  private readonly bytes: (Uint8Array | undefined)[];
  private readonly remembered = new Map<string, number[]>();
  private readonly encoder = new TextEncoder();

  /** @param parts all 256 bytes must be tokens */
  constructor(private readonly parts: BpeParts) {
    super(parts.vocabulary, gpt2Words, parts.rules);
    const { vocabulary, merges } = parts;
    const id = (token: string): number => {
      const known = vocabulary.idOf(token);
      if (known === undefined) throw new RangeError(`The vocabulary lacks ${JSON.stringify(token)}.`);
      return known;
    };
    this.byteIds = Int32Array.from(rankOfByte, (rank) => id(byteAlphabet[rank]));
    this.merger = new Merger(merges.map(([a, b]) => [id(a), id(b), id(a + b)]));
    const special = new Set<number | undefined>(Object.values(vocabulary.special) as number[]);
    this.bytes = vocabulary.tokens.map((token, at) => (special.has(at) ? undefined : bytesOfToken(token)));
  }

  token(id: number): string {
    const token = this.vocabulary.token(id);
    const bytes = this.bytes[id];
    return bytes === undefined ? token : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  decoder(): StreamDecoder {
    // A character's bytes may be spread over tokens; what is no UTF-8 becomes U+FFFD.
    const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
    return {
      push: (ids) => {
        let text = '';
        for (let i = 0; i < ids.length; i++) {
          const token = this.vocabulary.token(ids[i]);
          const bytes = this.bytes[ids[i]];
          if (bytes !== undefined) text += utf8.decode(bytes, { stream: true });
          else if (!this.vocabulary.isSilent(ids[i])) text += utf8.decode() + token;
        }
        return text;
      },
      end: () => utf8.decode(),
    };
  }

  toJSON(): object {
    const byteLevel = { add_prefix_space: false, trim_offsets: true, use_regex: true };
    return {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: writeNormalizer(this.rules),
      pre_tokenizer: { type: 'ByteLevel', ...byteLevel, add_prefix_space: this.rules.prefix === 'unless' },
      post_processor: null,
      decoder: { type: 'ByteLevel', ...byteLevel, add_prefix_space: true },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: this.parts.ignoreMerges,
        vocab: this.vocabulary.toJSON(),
        merges: this.parts.merges.map(([a, b]) => `${a} ${b}`),
      },
    };
  }

  protected encodeSegment(segment: string, out: IdBuffer): void {
    const known = this.remembered.get(segment);
    if (known !== undefined) {
      out.append(known);
      return;
    }
    const ids = this.encodeWord(segment);
    out.append(ids);
    if (segment.length > LONGEST_REMEMBERED) return;
    if (this.remembered.size >= REMEMBERED) this.remembered.clear();
    this.remembered.set(segment, ids);
  }

  private encodeWord(word: string): number[] {
    const bytes = this.encoder.encode(word);
    if (this.parts.ignoreMerges) {
      const whole = this.vocabulary.idOf(Array.from(bytes, (byte) => byteAlphabet[rankOfByte[byte]]).join(''));
      if (whole !== undefined) return [whole];
    }
    return this.merger.merge(Int32Array.from(bytes, (byte) => this.byteIds[byte]));
  }
}
