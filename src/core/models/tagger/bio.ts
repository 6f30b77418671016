import { isChunkTag } from '../../text/chunks';

/**
 * What may follow what where tags are BIO: I-X only B-X or I-X. A tagger that keeps to it says where every entity begins.
 * Taggers learn BIO whatever scheme a file has.
 */
export class BioRule {
  /** [tags]: the tag that begins what a tag goes on with, B-X of I-X; −1 of tags that may stand anywhere. */
  readonly beginnings: Int32Array;

  private constructor(tags: readonly string[]) {
    this.beginnings = Int32Array.from(tags, (tag) => (tag[0] === 'I' ? tags.indexOf(`B${tag.slice(1)}`) : -1));
  }

  /** The rule for a tagger's tags; undefined where these are not BIO: no chunks, BIOES, or I-X without B-X. */
  static of(tags: readonly string[]): BioRule | undefined {
    const known = new Set(tags);
    const isBio = (tag: string): boolean =>
      isChunkTag(tag) && !/^[ES]/.test(tag) && (tag[0] !== 'I' || known.has(`B${tag.slice(1)}`));
    return tags.every(isBio) && tags.some((tag) => tag[0] === 'I') ? new BioRule(tags) : undefined;
  }

  /** @param before the tag before; −1, or any number that is no tag, at the beginning of a sentence */
  allows(before: number, tag: number): boolean {
    const beginning = this.beginnings[tag];
    return beginning < 0 || before === beginning || before === tag;
  }

  /** The same entities, as `chunksOf` reads them, with every beginning marked: for tags that were chosen one by one. */
  repaired(tags: Int32Array): Int32Array {
    const whole = Int32Array.from(tags);
    for (let i = 0; i < tags.length; i++) {
      if (!this.allows(i > 0 ? tags[i - 1] : -1, tags[i])) whole[i] = this.beginnings[tags[i]];
    }
    return whole;
  }
}
