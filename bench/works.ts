/** The recurrent cells that a work may name; a peer that lacks one says so when it prepares. */
export type Cell = 'lstm' | 'gru' | 'rnn';

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
  cell: Cell;
  layers: number;
  hidden: number;
  /** Size of a token's vector. */
  embedding: number;
  vocabulary: number;
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

function training(cell: Cell, hidden: number, layers: number, peers: PeerName[], quick = false): Work {
  const size = layers === 1 ? `H${hidden}` : `H${hidden}x${layers}`;
  return { work: cell, size, task: 'train', cell, layers, hidden, embedding: hidden, ...STANDARD, peers, quick };
}

function sampling(hidden: number): Work {
  const model = { cell: 'lstm' as const, layers: 1, hidden, embedding: hidden, vocabulary: 65 };
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
    // A vocabulary of words goes with vectors of a common size; elsewhere they are as wide as the layer, as above.
    const embedding = axis === 'vocabulary' ? 128 : at.hidden;
    const size = `H${at.hidden} B${at.batch} T${at.length} V${at.vocabulary}`;
    return {
      work: `scaling-${axis}`,
      size,
      task: 'train',
      cell: 'lstm',
      layers: 1,
      ...at,
      embedding,
      peers: ['pytorch'],
    };
  }),
);

/** Predictions that one measurement stands for, so that speeds can be given a token. */
export const tokensOf = (work: Work): number => (work.task === 'train' ? work.batch * work.length : 1);

/** Trainable numbers of the model in PyTorch's layout: two biases a gate. All contenders must agree, see `agrees`. */
export function parametersOf({ cell, layers, hidden, embedding, vocabulary }: Work): number {
  const gates = GATES[cell] * hidden;
  const first = gates * (embedding + hidden + 2);
  const others = (layers - 1) * gates * (2 * hidden + 2);
  return vocabulary * embedding + first + others + vocabulary * (hidden + 1);
}

const GATES: Record<Cell, number> = { lstm: 4, gru: 3, rnn: 1 };

/** Whether a contender's model is the one that was asked for. TensorFlow keeps one bias a gate where PyTorch keeps two. */
export function agrees(work: Work, parameters: number): boolean {
  const missing = parametersOf(work) - parameters;
  return missing === 0 || missing === work.layers * GATES[work.cell] * work.hidden;
}
