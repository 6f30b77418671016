/** What learns: skip-gram and CBOW over words, fastText's skip-gram over words and their n-grams of 3 to 6. */
export const MODELS = ['skipgram', 'cbow', 'fasttext'] as const;

/** One measurement: 100 numbers a word, window 5, 5 negatives, sub-sampling at 1e-4, words that occur 5 times, rate 0.05. */
export interface WordJob {
  model: (typeof MODELS)[number];
  /** File whose words are the vocabulary: 1,000 a line, apart by spaces. */
  all: string;
  /** File of its first lines, which is learned from. */
  part: string;
  /** Words in `part`. */
  words: number;
}
