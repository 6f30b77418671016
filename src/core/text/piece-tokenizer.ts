import { IdBuffer } from './id-buffer';
import { PieceCutter } from './pieces';
import type { Segmenter } from './segmenters';
import { applyPrefix, applySteps, type TextRules } from './text-rules';
import type { SpecialTokens, StreamDecoder, StreamEncoder, Tokenizer } from './tokenizer';
import type { Vocabulary } from './vocabulary';

/** What tokenizers share that cut text into segments and each segment into tokens. */
export abstract class PieceTokenizer implements Tokenizer {
  readonly unit: Tokenizer['unit'];

  constructor(
    protected readonly vocabulary: Vocabulary,
    protected readonly segmenter: Segmenter,
    protected readonly rules: TextRules,
  ) {
    this.unit = segmenter.unit;
  }

  get size(): number {
    return this.vocabulary.size;
  }

  get special(): SpecialTokens {
    return this.vocabulary.special;
  }

  get unknownId(): number | undefined {
    return this.vocabulary.special.unknown;
  }

  encode(text: string): Int32Array {
    const out = new IdBuffer();
    const encoder = new PieceEncoder(this, out);
    encoder.add(text);
    encoder.finish();
    return out.take();
  }

  stream(): StreamEncoder {
    const out = new IdBuffer();
    const encoder = new PieceEncoder(this, out);
    return {
      push(chunk) {
        encoder.add(chunk);
        return out.take();
      },
      end() {
        encoder.finish();
        return out.take();
      },
    };
  }

  isBorder(text: string, at: number): boolean {
    return this.segmenter.isBorder(text, at);
  }

  /** Adds the tokens of a piece; `first` is the beginning of the text. */
  encodePiece(piece: string, first: boolean, out: IdBuffer): void {
    const text = applySteps(piece, this.rules);
    for (const segment of this.segmenter.split(first ? applyPrefix(text, this.rules) : text)) {
      this.encodeSegment(segment, out);
    }
  }

  unknownCount(text: string): number {
    const { unknown } = this.special;
    let count = 0;
    if (unknown !== undefined) for (const id of this.encode(text)) if (id === unknown) count++;
    return count;
  }

  decode(ids: ArrayLike<number>): string {
    const decoder = this.decoder();
    return decoder.push(ids) + decoder.end();
  }

  abstract decoder(): StreamDecoder;
  abstract token(id: number): string;
  abstract toJSON(): object;
  protected abstract encodeSegment(segment: string, out: IdBuffer): void;
}

class PieceEncoder {
  private readonly cutter: PieceCutter;
  private first = true;

  constructor(
    private readonly tokenizer: PieceTokenizer,
    private readonly out: IdBuffer,
  ) {
    this.cutter = new PieceCutter((text, at) => tokenizer.isBorder(text, at));
  }

  add(chunk: string): void {
    for (const piece of this.cutter.push(chunk)) this.encode(piece);
  }

  finish(): void {
    this.encode(this.cutter.end());
  }

  private encode(piece: string): void {
    if (piece === '') return;
    this.tokenizer.encodePiece(piece, this.first, this.out);
    this.first = false;
  }
}
