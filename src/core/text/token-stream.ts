import { IdBuffer } from './id-buffer';

/** Where a stream goes on: a byte from which on text is encoded, and the tokens to skip from there. */
export interface Place {
  offset: number;
  skip: number;
}

/** The tokens of one stream, a block at a time. */
export class TokenStream {
  /** Tokens from `place` on that were encoded. */
  private ids: Int32Array = new Int32Array(0);
  /** Blocks that `ids` came from: where each begins, and its tokens. */
  private blocks: { offset: number; tokens: number }[] = [];
  private nextOffset: number;

  constructor(
    private readonly encode: (offset: number) => { ids: Int32Array; next: number },
    readonly place: Place,
    private readonly part: [from: number, to: number],
  ) {
    this.nextOffset = place.offset;
  }

  /** The next `count` tokens; they stay next. */
  peek(count: number): Int32Array {
    const { skip } = this.place;
    this.fill(skip + count);
    return this.ids.subarray(skip, skip + count);
  }

  skip(count: number): void {
    for (let left = count; left > 0;) {
      this.fill(this.place.skip + 1);
      const step = Math.min(left, this.ids.length - this.place.skip);
      this.place.skip += step;
      left -= step;
      this.drop();
    }
  }

  /** Forgets blocks that are behind. */
  private drop(): void {
    while (this.blocks.length > 0 && this.place.skip >= this.blocks[0].tokens) {
      const { tokens } = this.blocks[0];
      this.blocks.shift();
      this.ids = this.ids.slice(tokens);
      this.place.skip -= tokens;
      this.place.offset = this.blocks.length > 0 ? this.blocks[0].offset : this.nextOffset;
    }
  }

  private fill(count: number): void {
    const buffer = new IdBuffer();
    buffer.append(this.ids);
    let have = this.ids.length;
    while (have < count) {
      const { ids, next } = this.encode(this.nextOffset);
      this.blocks.push({ offset: this.nextOffset, tokens: ids.length });
      buffer.append(ids);
      have += ids.length;
      this.nextOffset = next < this.part[1] ? next : this.part[0];
    }
    if (have > this.ids.length) this.ids = buffer.take();
  }
}
