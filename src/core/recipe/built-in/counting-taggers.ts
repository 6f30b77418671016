import { define, type BuiltInRecipe } from './define';

const words = { unit: 'word', lowercase: false } as const;

export const countingTaggers: BuiltInRecipe[] = [
  define('crf-features', 'Tags tokens by features of words and their neighbours, all tags of a sentence at once.', {
    task: 'tagging',
    tokens: words,
    model: { kind: 'crf' },
  }),
  define('hmm-tagger', 'Tags tokens by counts of tags in a row and of the words of each tag: done in a moment.', {
    task: 'tagging',
    tokens: words,
    model: { kind: 'hmm' },
  }),
  define('perceptron-tagger', 'Tags tokens from left to right by features of words and of the tags before.', {
    task: 'tagging',
    tokens: words,
    model: { kind: 'perceptron' },
  }),
  define('most-frequent-tag', 'Gives each word the tag that it has most often: what any tagger has to beat.', {
    task: 'tagging',
    tokens: words,
    model: { kind: 'most-frequent-tag' },
  }),
];
