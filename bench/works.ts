/** Recurrent cells of the language models that the product trains. */
export type Cell = 'lstm' | 'gru' | 'rnn';

/** What a work may name: a language model of a cell, or a small model around another op. A peer that lacks one says so. */
export type Model =
  Cell | 'layer-norm-lstm' | 'bidirectional-lstm' | 'text-cnn' | 'attention-general' | 'attention-additive';

/** Peers, by the names that `--peers` and the JSON file use. */
export type PeerName = 'pytorch' | 'pytorch-cell' | 'tfjs-node' | 'tfjs-node-layers';

/** What is measured, as every contender gets it. To add a kind of work, add its entries below and teach the contenders. */
export interface Work {
  /** Name in the JSON file. */
  work: string;
  /** Size in the JSON file, unique within the work. */
  size: string;
  /** A whole training step (embedding, layers, softmax, cross-entropy, clip, Adam), or drawing one token after another. */
  task: 'train' | 'sample';
  model: Model;
  layers: number;
  /** Units of a layer, filters of each width, or width in which attention compares. */
  hidden: number;
  /** Size of a token's vector. */
  embedding: number;
  vocabulary: number;
  /** Different answers; those of a language model are the vocabulary. */
  classes?: number;
  /** Sequences side by side; 1 when sampling. */
  batch: number;
  /** Tokens a training step and sequence; when sampling, tokens that one measurement is the mean of. */
  length: number;
  /** Only these thread counts make sense. */
  threads?: number[];
  peers: PeerName[];
  /** Part of `--quick`. */
  quick?: boolean;
}

/** The size that the project's figures are given for. */
const STANDARD = { batch: 32, length: 64, vocabulary: 65 };

function training(model: Model, hidden: number, layers: number, peers: PeerName[], quick = false): Work {
  const size = layers === 1 ? `H${hidden}` : `H${hidden}x${layers}`;
  return { work: model, size, task: 'train', model, layers, hidden, embedding: hidden, ...STANDARD, peers, quick };
}

/** A vocabulary of words goes with vectors of a common size. */
const WORDS = { vocabulary: 10_000, embedding: 128 };
/** Widths of the text CNN's filters (Kim, 2014). */
export const FILTER_WIDTHS = [3, 4, 5];

function sampling(hidden: number): Work {
  const model = { model: 'lstm' as const, layers: 1, hidden, embedding: hidden, vocabulary: 65 };
  const peers: PeerName[] = ['pytorch', 'pytorch-cell'];
  return { work: 'sampling', size: `H${hidden}`, task: 'sample', ...model, batch: 1, length: 100, threads: [1], peers };
}

/** Everything that `npm run bench` measures. tf.layers is left out where one step takes it seconds. */
export const works: readonly Work[] = [
  training('lstm', 128, 1, ['pytorch', 'tfjs-node', 'tfjs-node-layers'], true),
  training('lstm', 256, 1, ['pytorch', 'tfjs-node', 'tfjs-node-layers'], true),
  training('lstm', 512, 2, ['pytorch', 'tfjs-node'], true),
  training('gru', 128, 1, ['pytorch', 'tfjs-node-layers']),
  training('gru', 256, 1, ['pytorch']),
  training('rnn', 128, 1, ['pytorch', 'tfjs-node-layers']),
  training('rnn', 256, 1, ['pytorch']),
  { ...training('lstm', 256, 1, ['pytorch']), size: 'H256 V10000', ...WORDS },
  training('layer-norm-lstm', 128, 1, ['pytorch']),
  training('layer-norm-lstm', 256, 1, ['pytorch']),
  training('bidirectional-lstm', 128, 1, ['pytorch']),
  training('bidirectional-lstm', 256, 1, ['pytorch']),
  { ...training('text-cnn', 100, 1, ['pytorch']), size: 'F100 V10000', ...WORDS, classes: 2 },
  training('attention-general', 256, 1, ['pytorch']),
  { ...training('attention-additive', 128, 1, ['pytorch']), size: 'H128 T32', length: 32 },
  sampling(128),
  sampling(256),
  sampling(512),
];

/** Sizes that `--scaling` walks along, each from the same middle. */
const MIDDLE = { hidden: 256, batch: 32, length: 64, vocabulary: 65 };
const SWEEPS = {
  hidden: [64, 128, 256, 512, 1024],
  batch: [1, 8, 32, 128],
  length: [16, 64, 256],
  vocabulary: [1_000, 5_000, 10_000, 20_000, 50_000],
} as const;

/** Training steps of one LSTM layer along each size; what `--scaling` measures. */
export const scalingWorks: readonly Work[] = (Object.keys(SWEEPS) as (keyof typeof SWEEPS)[]).flatMap((axis) =>
  SWEEPS[axis].map((value): Work => {
    const at = { ...MIDDLE, [axis]: value };
    // Elsewhere vectors are as wide as the layer, as above.
    const embedding = axis === 'vocabulary' ? WORDS.embedding : at.hidden;
    const size = `H${at.hidden} B${at.batch} T${at.length} V${at.vocabulary}`;
    return {
      work: `scaling-${axis}`,
      size,
      task: 'train',
      model: 'lstm',
      layers: 1,
      ...at,
      embedding,
      peers: ['pytorch'],
    };
  }),
);

/** Predictions that one measurement stands for, so that speeds can be given a token. */
export const tokensOf = (work: Work): number => (work.task === 'train' ? work.batch * work.length : 1);

/** Different answers of a work's model. */
export const outputsOf = ({ classes, vocabulary }: Work): number => classes ?? vocabulary;

/** Trainable numbers of the model in PyTorch's layout: two biases a gate. All contenders must agree, see `agrees`. */
export function parametersOf(work: Work): number {
  const { vocabulary, embedding } = work;
  const { inner, width } = layersOf(work);
  return vocabulary * embedding + inner + outputsOf(work) * (width + 1);
}

/** Trainable numbers between the embedding and the output, and the width that the output reads. */
function layersOf({ model, layers, hidden, embedding }: Work): { inner: number; width: number } {
  const lstm = 4 * hidden * (embedding + hidden + 2);
  switch (model) {
    case 'layer-norm-lstm':
      return { inner: lstm + 10 * hidden, width: hidden };
    case 'bidirectional-lstm':
      return { inner: 2 * lstm, width: 2 * hidden };
    case 'text-cnn': {
      const filters = FILTER_WIDTHS.map((width) => hidden * (width * embedding + 1));
      return { inner: filters.reduce((sum, each) => sum + each), width: hidden * FILTER_WIDTHS.length };
    }
    case 'attention-general':
      return { inner: hidden * hidden, width: embedding };
    case 'attention-additive':
      return { inner: 2 * hidden * (hidden + 1), width: embedding };
    default: {
      const gates = GATES[model] * hidden;
      return { inner: gates * (embedding + hidden + 2) + (layers - 1) * gates * (2 * hidden + 2), width: hidden };
    }
  }
}

const GATES: Record<Cell, number> = { lstm: 4, gru: 3, rnn: 1 };

/** Whether a contender's model is the one that was asked for. TensorFlow keeps one bias a gate where PyTorch keeps two. */
export function agrees(work: Work, parameters: number): boolean {
  const missing = parametersOf(work) - parameters;
  const gates = work.model in GATES ? GATES[work.model as Cell] : 0;
  return missing === 0 || (gates > 0 && missing === work.layers * gates * work.hidden);
}
