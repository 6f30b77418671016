import { BioRule } from '../bio';
import { isChunkTag } from '../../../text/chunks';
import { convertTags } from '../../../text/tagged/schemes';

/** What may stand where, 1 or 0: transitions [K·K] from row to column, first tags [K], last tags [K]. */
export interface AllowedTags {
  transitions: Float32Array;
  start: Float32Array;
  end: Float32Array;
}

/**
 * The tags that a model learns, and those that people see. A CRF learns BIOES where people see BIO (Ratinov and Roth, 2009,
 * found it the better scheme), and gives no sequence that breaks it; every other model learns the tags as they are, and
 * what goes on with nothing in the tags that it chose one by one is taken for a beginning.
 */
export class TagScheme {
  /** Tags that the model has scores for. */
  readonly inner: readonly string[];
  /** [inner]: the tag that people see. */
  readonly outerOf: Int32Array;
  /** Missing where every tag may follow every other. */
  readonly allowed?: AllowedTags;
  private readonly bioes: boolean;
  private readonly rule?: BioRule;
  private readonly innerIds: Map<string, number>;
  private readonly outerIds: Map<string, number>;

  /**
   * @param outer tags that people see; BIO where all are chunks'
   * @param constrained whether the model finds the best sequence, and not each tag by itself
   */
  constructor(
    readonly outer: readonly string[],
    constrained: boolean,
  ) {
    this.outerIds = new Map(outer.map((tag, id) => [tag, id]));
    this.bioes = constrained && outer.every((tag) => isChunkTag(tag) && this.beginsToo(tag));
    this.inner = this.bioes ? outer.flatMap((tag) => this.places(tag)) : outer;
    this.innerIds = new Map(this.inner.map((tag, id) => [tag, id]));
    this.outerOf = Int32Array.from(this.inner, (tag) => this.outerIds.get(this.bioes ? seenAs(tag) : tag) as number);
    if (this.bioes) this.allowed = allowedAmong(this.inner);
    else this.rule = BioRule.of(outer);
  }

  /** Ids of the inner tags of a sentence; −1 where the model has none. */
  innerTags(tags: readonly string[]): Int32Array {
    const own = this.bioes && tags.every(isChunkTag) ? convertTags(tags, 'bioes') : tags;
    return Int32Array.from(own, (tag) => this.innerIds.get(tag) ?? -1);
  }

  /** Ids of the outer tags of a sentence; −1 where the model has none. */
  outerTags(tags: readonly string[]): Int32Array {
    return Int32Array.from(tags, (tag) => this.outerIds.get(tag) ?? -1);
  }

  /** Ids of the outer tags of a sentence from the inner ones that a model chose. */
  seen(inner: Int32Array): Int32Array {
    const tags = inner.map((tag) => this.outerOf[tag]);
    return this.rule?.repaired(tags) ?? tags;
  }

  /** Probabilities of outer tags from those of inner ones: [tokens·inner] -> [tokens·outer]. */
  fold(probabilities: Float32Array): Float32Array {
    const { outer, inner, outerOf } = this;
    if (!this.bioes) return probabilities;
    const tokens = probabilities.length / inner.length;
    const folded = new Float32Array(tokens * outer.length);
    for (let t = 0; t < tokens; t++) {
      for (let k = 0; k < inner.length; k++) {
        folded[t * outer.length + outerOf[k]] += probabilities[t * inner.length + k];
      }
    }
    return folded;
  }

  /** Whether what goes on has a tag for its beginning. */
  private beginsToo(tag: string): boolean {
    return tag === 'O' || tag[0] === 'B' || (tag[0] === 'I' && this.outerIds.has(`B${tag.slice(1)}`));
  }

  /** The inner tags that one outer tag is seen for. */
  private places(tag: string): string[] {
    if (tag === 'O') return [tag];
    const type = tag.slice(1);
    if (tag[0] === 'I') return [`I${type}`, `E${type}`];
    // A type that training has no second token of is always one token.
    return this.outerIds.has(`I${type}`) ? [`B${type}`, `S${type}`] : [`S${type}`];
  }
}

/** The BIO tag of a BIOES tag. */
function seenAs(tag: string): string {
  if (tag[0] === 'S') return `B${tag.slice(1)}`;
  return tag[0] === 'E' ? `I${tag.slice(1)}` : tag;
}

function allowedAmong(tags: readonly string[]): AllowedTags {
  const opens = (tag: string) => tag[0] === 'B' || tag[0] === 'I';
  const goesOn = (tag: string) => tag[0] === 'I' || tag[0] === 'E';
  const follows = (before: string, tag: string) =>
    opens(before) ? goesOn(tag) && before.slice(1) === tag.slice(1) : !goesOn(tag);
  return {
    transitions: Float32Array.from(tags.flatMap((before) => tags.map((tag) => Number(follows(before, tag))))),
    start: Float32Array.from(tags, (tag) => Number(!goesOn(tag))),
    end: Float32Array.from(tags, (tag) => Number(!opens(tag))),
  };
}
