import { z } from 'zod';

const share = (what: string) => z.number().min(0).max(0.95).default(0).describe(what);
const size = (initial: number, what: string) => z.int().min(1).max(4096).default(initial).describe(what);
const embeddingFile = z
  .string()
  .max(4096)
  .default('')
  .describe(
    'Word vectors to start from: a file (word2vec, GloVe, fastText; absolute or beside the recipe), the folder of a run that learned some, or run:NAME; empty: none.',
  );

const recurrent = z.strictObject({
  kind: z.literal('recurrent').default('recurrent').describe('A recurrent network.'),
  cell: z.enum(['lstm', 'gru', 'rnn', 'layernorm-lstm']).default('lstm').describe('The recurrent cell.'),
  activation: z
    .enum(['tanh', 'relu'])
    .default('tanh')
    .describe('Nonlinearity of the rnn cell; the other cells ignore it.'),
  resetBefore: z
    .boolean()
    .default(false)
    .describe('GRU: whether the reset gate acts before the product (Cho 2014) and not after it (cuDNN, PyTorch).'),
  input: z
    .enum(['embedding', 'one-hot'])
    .default('embedding')
    .describe('Whether a token enters as a learned vector or as a one-hot vector.'),
  embedding: size(64, "Size of a token's learned vector."),
  embeddingFile,
  frozen: z.boolean().default(false).describe('Whether loaded word vectors stay as they are.'),
  contextual: z
    .string()
    .max(4096)
    .default('')
    .describe(
      'A biLM whose layers, mixed by learned weights, are read beside word vectors (ELMo, Peters 2018), for tagging and classification: the folder of its run, or run:NAME; empty: none.',
    ),
  hidden: size(192, 'Units in each recurrent layer.'),
  layers: z.int().min(1).max(8).default(1).describe('Layers, one on top of the other.'),
  recurrentLayers: z
    .int()
    .min(0)
    .max(8)
    .default(0)
    .describe('Only so many of the lower layers recur, the upper ones see one step each; 0: all recur.'),
  bidirectional: z
    .enum(['no', 'concat', 'sum'])
    .default('no')
    .describe('Whether a second network reads from the end, and how both states are joined; not for language models.'),
  residual: z.boolean().default(false).describe("Whether a layer's input is added to its output where sizes agree."),
  pooling: z
    .enum(['last', 'mean', 'max', 'attention'])
    .default('last')
    .describe('How the states of a sequence become one vector, for classification.'),
  characters: z
    .enum(['none', 'lstm', 'cnn'])
    .default('none')
    .describe(
      "Whether a word's vector is joined by one made of its characters, by a bidirectional LSTM (Lample 2016) or filters with the maximum over time (Ma and Hovy 2016); for tagging.",
    ),
  characterEmbedding: size(30, "Size of a character's learned vector."),
  characterHidden: size(50, "Size of what a word's characters give: filters, or units of both directions together."),
  head: z
    .enum(['softmax', 'crf'])
    .default('softmax')
    .describe('Tagging: whether each tag is chosen by itself, or the best sequence of tags by a linear-chain CRF.'),
  wordDropout: share('Tagging: how often a word that training has once is taken for unknown while training.'),
  tokenDropout: share(
    'Tagging: how often a token is blank while training, with its characters and its looks, so that no neighbour decides alone.',
  ),
  tied: z
    .boolean()
    .default(false)
    .describe('Whether the output layer uses the embedding table (embedding must equal hidden).'),
  initialisation: z
    .enum(['default', 'orthogonal', 'identity', 'uniform', 'glorot', 'he'])
    .default('default')
    .describe('First values of the recurrent weights; "default" is uniform in ±1/√hidden, as PyTorch does.'),
  forgetBias: z.number().min(-10).max(10).default(1).describe("Initial bias of the LSTM's forget gate."),
  dropout: share('Share of units dropped after each recurrent layer while training.'),
  inputDropout: share('Share of the elements of embedded tokens dropped while training.'),
  embeddingDropout: share('Share of the vocabulary whose vectors are dropped in a step.'),
  hiddenDropout: share('Share of h dropped on its way to the next step, the same units at every step (variational).'),
  dropConnect: share('Share of the recurrent weights W_h dropped in a step (DropConnect).'),
  variational: z
    .boolean()
    .default(false)
    .describe('Whether the other dropouts, too, drop the same units at every step of a sequence.'),
});

const window = z.strictObject({
  kind: z.literal('window').describe('A feed-forward language model over a fixed window (Bengio 2003).'),
  window: z.int().min(1).max(64).default(4).describe('Earlier tokens that the model sees.'),
  embedding: size(64, "Size of a token's learned vector."),
  hidden: size(192, 'Units of the tanh layer.'),
  dropout: share('Share of those units dropped while training.'),
});

const ngram = z.strictObject({
  kind: z.literal('ngram').describe('Counts of n-grams with smoothing.'),
  order: z.int().min(1).max(12).default(5).describe('Tokens seen at once, the next one included.'),
  smoothing: z
    .enum(['add-k', 'absolute-discounting', 'witten-bell', 'kneser-ney', 'modified-kneser-ney', 'stupid-backoff'])
    .default('modified-kneser-ney')
    .describe('How probability is kept for what was not seen.'),
  k: z.number().positive().max(1000).default(1).describe('add-k: what is added to every count.'),
  discount: z
    .number()
    .min(0)
    .max(0.99)
    .default(0)
    .describe('Absolute discounting and Kneser-Ney: what is taken from every count; 0 estimates it from the counts.'),
});

const wordGrams = z.int().min(1).max(5).default(1).describe('Longest n-gram that is a feature: 1 is a bag of words.');

const naiveBayes = z.strictObject({
  kind: z.literal('naive-bayes').describe('Multinomial naive Bayes on counts of n-grams.'),
  ngrams: wordGrams,
  alpha: z.number().positive().max(1000).default(1).describe('What is added to every count.'),
});

const logisticRegression = z.strictObject({
  kind: z.literal('logistic-regression').describe('Logistic regression on counts of n-grams.'),
  ngrams: wordGrams,
  l2: z.number().min(0).max(1000).default(1).describe('Weight of the squared norm of the weights in the loss.'),
  binary: z.boolean().default(false).describe('Whether only presence counts.'),
});

const cnn = z.strictObject({
  kind: z.literal('cnn').describe('Filters over words with the maximum over time (Kim 2014).'),
  channels: z
    .enum(['random', 'static', 'tuned', 'two-channel'])
    .default('random')
    .describe('Word vectors learned from nothing; loaded and fixed; loaded and tuned; or both of the last.'),
  embedding: size(128, "Size of a word's vector."),
  embeddingFile,
  widths: z.array(z.int().min(1).max(32)).min(1).max(8).default([3, 4, 5]).describe('Words that the filters span.'),
  filters: z.int().min(1).max(2048).default(100).describe('Filters of each width.'),
  dropout: z.number().min(0).max(0.95).default(0.5).describe('Share of the pooled features dropped while training.'),
  inputDropout: share('Share of the elements of embedded tokens dropped while training.'),
  embeddingDropout: share('Share of the vocabulary whose vectors are dropped in a step.'),
  maxNorm: z
    .number()
    .min(0)
    .max(100)
    .default(3)
    .describe("Largest norm of an output unit's weights; 0 does not limit it."),
});

const hmm = z.strictObject({
  kind: z.literal('hmm').describe('Hidden Markov model of tags with a guesser for unknown words (Brants 2000).'),
  order: z
    .union([z.literal(2), z.literal(3)])
    .default(3)
    .describe('Tags that are looked at together, the present one included.'),
  iterations: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe('Rounds of Baum-Welch over the same sentences without their tags, after the counting.'),
});

const mostFrequentTag = z.strictObject({
  kind: z.literal('most-frequent-tag').describe('Gives every word the tag that it has most often.'),
});

const perceptron = z.strictObject({
  kind: z.literal('perceptron').describe('Averaged perceptron on features of words and tags (Collins 2002).'),
  passes: z.int().min(1).max(100).default(5).describe('Passes over the sentences.'),
});

const crf = z.strictObject({
  kind: z.literal('crf').describe('Linear-chain CRF on features of words and their neighbours (Lafferty 2001).'),
  passes: z.int().min(1).max(200).default(20).describe('Passes over the sentences.'),
  l2: z.number().min(0).max(1000).default(0.1).describe('Weight of the squared norm of the weights in the loss.'),
  minCount: z.int().min(1).max(1000).default(1).describe('Features that occur less often are left out.'),
});

const vectorSize = z.int().min(1).max(1024).default(100).describe('Numbers in a vector.');
const windowWidth = z.int().min(1).max(64).default(5).describe('Most words on either side that are its context.');

const word2vec = z.strictObject({
  kind: z.literal('word2vec').describe('Skip-gram or CBOW (Mikolov 2013), with character n-grams fastText.'),
  architecture: z
    .enum(['skipgram', 'cbow'])
    .default('skipgram')
    .describe('Whether a word predicts its context, or the context the word.'),
  dimension: vectorSize,
  window: windowWidth,
  negative: z
    .int()
    .min(0)
    .max(63)
    .default(5)
    .describe('Words drawn against each true one; 0: hierarchical softmax instead.'),
  sample: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'Share of the text above which words are dropped now and then; 0 keeps all; left out, the length of the text decides.',
    ),
  minGram: z.int().min(0).max(20).default(0).describe('Shortest character n-gram of fastText; 0: whole words only.'),
  maxGram: z.int().min(0).max(20).default(0).describe('Longest character n-gram of fastText; 0: whole words only.'),
  buckets: z.int().min(1).max(20_000_000).default(2_000_000).describe('Rows that n-grams are hashed into.'),
});

const glove = z.strictObject({
  kind: z.literal('glove').describe('GloVe: log counts of co-occurrence as products of vectors (Pennington 2014).'),
  dimension: vectorSize,
  window: windowWidth,
  xMax: z.number().positive().max(1e6).default(10).describe('Count from which on all weigh the same.'),
  alpha: z.number().min(0).max(1).default(0.75).describe('Exponent of the weight below that.'),
});

const ppmi = z.strictObject({
  kind: z
    .literal('ppmi-svd')
    .describe('SVD of shifted positive pointwise mutual information (Levy and Goldberg 2014).'),
  dimension: vectorSize,
  window: windowWidth,
  shift: z.int().min(1).max(64).default(5).describe('k: ln k is taken off every mutual information.'),
  power: z.number().min(0).max(1).default(0.5).describe('Exponent of the singular values.'),
});

/** One alternative for each kind of model; without a kind it is recurrent. */
export const model = z
  .discriminatedUnion('kind', [
    recurrent,
    window,
    ngram,
    naiveBayes,
    logisticRegression,
    cnn,
    hmm,
    mostFrequentTag,
    perceptron,
    crf,
    word2vec,
    glove,
    ppmi,
  ])
  .describe('What learns.');

export type Model = z.output<typeof model>;
export type ModelKind = Model['kind'];
export type ModelOf<K extends ModelKind> = Extract<Model, { kind: K }>;
