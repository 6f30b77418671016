/**
 * Numbers of the operations, as in kernels/program.c; the comments there and in the kernels' files say what the words
 * after each number mean. Words are integers, floats by their bits, or addresses.
 */
const OPERATION = {
  share: 0,
  packWeight: 1,
  multiply: 2,
  activate: 3,
  columnSums: 4,
  embedding: 5,
  embeddingBackward: 6,
  lstmForward: 7,
  lstmBackward: 8,
  gruForward: 9,
  gruBackward: 10,
  rnnForward: 11,
  rnnBackward: 12,
  softmaxCrossEntropy: 13,
  meanLoss: 14,
  scale: 15,
  squares: 16,
  norms: 17,
  dropout: 19,
  update: 40,
  smoothedCrossEntropy: 41,
  timeRows: 42,
  maxOverTime: 43,
  inputGradient: 44,
  filterGradient: 45,
  copy: 46,
  unary: 47,
  binary: 48,
  sum: 49,
  softmax: 50,
  softmaxBackward: 51,
  additiveScores: 52,
  additiveBackward: 53,
  layerNorm: 54,
  layerNormBackward: 55,
  crfForward: 56,
  crfMarginals: 57,
  crfGradient: 58,
  crfPairs: 59,
  crfDecode: 60,
  generate: 70,
  learnWords: 80,
  learnSubwords: 81,
  learnPairs: 82,
  gruResetBeforeForward: 20,
  gruResetBeforeBackward: 21,
  layerNormLstmForward: 22,
  layerNormLstmBackward: 23,
  productSums: 24,
} as const;
export type Operation = Exclude<keyof typeof OPERATION, 'share'>;

/** Words that say how many threads share the operations behind them. */
export const sharedBy = (threads: number): number[] => [OPERATION.share, 1, threads];

/** Operations that change what they read: a program with one of them is run to its end, even when Stop is wanted. */
const IN_PLACE: ReadonlySet<Operation> = new Set<Operation>([
  'activate',
  'update',
  'learnWords',
  'learnSubwords',
  'learnPairs',
]);

/** Activations that the kernels know, with their numbers in kernels/elementwise.c. */
export const ACTIVATIONS = { relu: 0, relu6: 1, sigmoid: 2, tanh: 3, elu: 4, leakyrelu: 5 } as const;

/** Optimisers' rules, with their numbers in kernels/optimiser.c. */
export const RULES = { sgd: 0, momentum: 1, nesterov: 2, adam: 3, adamw: 4, rmsprop: 5, adagrad: 6, asgd: 7 } as const;

const bits = new DataView(new ArrayBuffer(4));
/** The bits of a float32, as the integer word that a program holds. */
export function floatWord(value: number): number {
  bits.setFloat32(0, value, true);
  return bits.getInt32(0, true);
}

/** A matrix operand: address and strides in elements; a transpose exchanges the strides. */
export interface Operand {
  address: number;
  row: number;
  column: number;
  /** Elements from one matrix of a batch to the next; 0 repeats the same one. */
  batch?: number;
}

export interface Product {
  batches?: number;
  rows: number;
  columns: number;
  depth: number;
  a: Operand;
  b: Operand;
  c: { address: number; row: number; batch?: number };
  /** What the product is added to: a bias row, or `'c'` for what C holds already. */
  start?: number | 'c';
}

/** Builds a program for the kernel threads, and estimates its work. */
export class Program {
  readonly words: number[] = [];
  /** Multiplications, roughly: what decides whether waking the other threads pays. */
  work = 0;
  /** Whether it changes its inputs. Any other may be cut short and run again, and may wait. */
  inPlace = false;

  /** Appends any operation with its words as they are. */
  add(operation: Operation, words: readonly number[], work: number): this {
    this.words.push(OPERATION[operation], words.length, ...words);
    this.work += work;
    this.inPlace ||= IN_PLACE.has(operation);
    return this;
  }

  /** Appends an operation of few arguments: up to three counts, one float and up to five addresses. */
  small(operation: Operation, counts: readonly number[], addresses: readonly number[], work: number, value = 0): this {
    const [n0 = 0, n1 = 0, n2 = 0] = counts;
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = addresses;
    return this.add(operation, [n0, n1, n2, floatWord(value), a, b, c, d, e], work);
  }

  /** C = A · B (+ start), all float32. */
  multiply(p: Product): this {
    const { batches = 1, a, b, c } = p;
    const start = p.start === 'c' ? c.address : (p.start ?? 0);
    return this.add(
      'multiply',
      [
        ...[batches, p.rows, p.columns, p.depth],
        ...[a.address, a.row, a.column, a.batch ?? 0],
        ...[b.address, b.row, b.column, b.batch ?? 0],
        ...[c.address, c.row, c.batch ?? 0],
        ...[start, p.start === 'c' ? c.row : 0],
      ],
      batches * p.rows * p.columns * p.depth,
    );
  }
}
