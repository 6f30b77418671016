import type { IdBuffer } from './id-buffer';
import { PieceTokenizer } from './piece-tokenizer';
import type { Segmenter } from './segmenters';
import { applyPrefix, applySteps, writeNormalizer, type TextRules } from './text-rules';
import type { StreamDecoder } from './tokenizer';
import { PieceCutter } from './pieces';
import type { Vocabulary } from './vocabulary';

/** Lone surrogates, which no file can hold; their token is U+FFFD. */
const LONE = /\p{Surrogate}/gu;

/**
 * One token for each segment of the text: graphemes, or words. Segments that the vocabulary lacks are `<unk>`. A space
 * that the rules put before the text is taken away again by `decode`.
 */
export class WordLevelTokenizer extends PieceTokenizer {
  private readonly unknown: number;

  /**
   * @param vocabulary its `special.unknown` must be there
   * @param joiner what stands between decoded tokens: nothing, except for foreign tokenizers that drop white space
   */
  constructor(
    vocabulary: Vocabulary,
    segmenter: Segmenter,
    rules: TextRules,
    private readonly joiner: '' | ' ' = '',
  ) {
    super(vocabulary, segmenter, rules);
    if (vocabulary.special.unknown === undefined) throw new RangeError('A word-level vocabulary needs <unk>.');
    this.unknown = vocabulary.special.unknown;
  }

  /**
   * What each token of `encode` stands for, without the space before it and, unless that would cut the text elsewhere,
   * with the capitals that the rules take away; "" for white space.
   */
  segments(text: string): string[] {
    const cutter = new PieceCutter((given, at) => this.isBorder(given, at));
    const pieces = [...cutter.push(text), cutter.end()].filter((piece) => piece !== '');
    return pieces.flatMap((piece, n) => {
      const split = (given: string) => this.segmenter.split(n === 0 ? applyPrefix(given, this.rules) : given);
      const [written, read] = [split(piece), split(applySteps(piece, this.rules))];
      return (written.length === read.length ? written : read).map((segment) => segment.trim());
    });
  }

  token(id: number): string {
    return this.vocabulary.token(id);
  }

  decoder(): StreamDecoder {
    let started = false;
    return {
      push: (ids) => {
        let text = '';
        for (let i = 0; i < ids.length; i++) {
          const token = this.vocabulary.token(ids[i]);
          if (this.vocabulary.isSilent(ids[i])) continue;
          if (started) text += this.joiner + token;
          else text = this.rules.prefix === 'always' && token.startsWith(' ') ? token.slice(1) : token;
          started = true;
        }
        return text;
      },
      end: () => '',
    };
  }

  toJSON(): object {
    const fuse = { type: 'Fuse' };
    const strip = { type: 'Strip', content: ' ', start: 1, stop: 0 };
    const decoder = this.rules.prefix === 'always' ? { type: 'Sequence', decoders: [fuse, strip] } : fuse;
    return {
      version: '1.0',
      truncation: null,
      padding: null,
      // No "added tokens": those are also found in the text, where a person who writes "<unk>" means five characters.
      added_tokens: [],
      normalizer: writeNormalizer(this.rules),
      pre_tokenizer: this.segmenter.preTokenizer,
      post_processor: null,
      decoder: this.joiner === '' ? decoder : null,
      model: {
        type: 'WordLevel',
        vocab: this.vocabulary.toJSON(),
        unk_token: this.vocabulary.token(this.unknown),
      },
    };
  }

  protected encodeSegment(segment: string, out: IdBuffer): void {
    out.push(this.vocabulary.idOf(segment) ?? this.idOfMended(segment));
  }

  private idOfMended(segment: string): number {
    const mended = segment.replace(LONE, '\uFFFD');
    return mended === segment ? this.unknown : (this.vocabulary.idOf(mended) ?? this.unknown);
  }
}
