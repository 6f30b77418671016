import { type Lexicon, sumOf } from './lexicon';

/** Words that are this frequent at most teach how unknown ones look (Brants, 2000). */
const RARE = 10;
/** Longest ending that is looked at, in characters. */
const LONGEST = 10;

/**
 * Tags of unknown words by their endings (Brants, "TnT: a statistical part-of-speech tagger", 2000, section 2.3): the
 * tags of rare words with the longest known ending, smoothed with those of each shorter one,
 * p(t | ending) = (counted share + theta p(t | shorter ending)) / (1 + theta), theta the standard deviation of the tags'
 * shares. Words that begin with a capital, hold a digit, or neither are kept apart.
 */
export class SuffixGuesser {
  /** Counts by tag of each kind of word and ending. */
  private readonly endings = new Map<string, Float64Array>();
  private readonly shares: Float64Array;
  private readonly theta: number;

  constructor(lexicon: Lexicon) {
    const all = sumOf(lexicon.tags);
    this.shares = lexicon.tags.map((count) => count / all);
    const mean = 1 / lexicon.size;
    const squares = this.shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
    this.theta = Math.sqrt(squares / Math.max(1, lexicon.size - 1));
    for (const [word, counts] of lexicon.words) {
      if (sumOf(counts) <= RARE) for (const ending of endingsOf(word)) this.add(ending, counts);
    }
  }

  /** p(tag | the word's ending) of each tag. */
  guess(word: string): Float64Array {
    let shares = this.shares;
    for (const ending of endingsOf(word)) {
      const counts = this.endings.get(ending);
      if (!counts) break;
      const all = sumOf(counts);
      const shorter = shares;
      shares = counts.map((count, tag) => (count / all + this.theta * shorter[tag]) / (1 + this.theta));
    }
    return shares;
  }

  private add(ending: string, counts: Float64Array): void {
    const sums = this.endings.get(ending);
    if (sums) counts.forEach((count, tag) => (sums[tag] += count));
    else this.endings.set(ending, counts.slice());
  }
}

/** The kind of a word alone, then with its last character, its last two and so on. */
function* endingsOf(word: string): Generator<string, void> {
  const characters = Array.from(word);
  const kind = /\p{N}/u.test(word) ? '0' : /^\p{Lu}/u.test(word) ? 'A' : 'a';
  for (let length = 0; length <= Math.min(LONGEST, characters.length); length++) {
    yield kind + characters.slice(characters.length - length).join('');
  }
}
