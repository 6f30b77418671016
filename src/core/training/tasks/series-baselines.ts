import { Autoregression } from '../../models/autoregression';
import { namedTensor } from '../checkpoint';
import type { Checkpoint, Counter, Evaluation } from '../learner';
import { errorsOf, type SeriesData } from './series';

/** Numbers that an autoregression may look back on: its cost grows with the cube. */
const MOST_FEATURES = 96;

/** Steps that an autoregression looks back for so many columns and so many training steps. */
export function autoregressionOrder(columns: number, steps: number): number {
  return Math.max(1, Math.min(24, Math.floor(MOST_FEATURES / columns), Math.floor(steps / 4)));
}

abstract class SeriesCounter implements Counter {
  readonly kind = 'counts';
  abstract readonly name: string;
  abstract readonly parameterCount: number;
  protected readonly train: Float32Array[];
  protected readonly validation: Float32Array[];

  constructor(protected readonly data: SeriesData) {
    this.train = rows(data.train, data.columns.length);
    this.validation = rows(data.validation, data.columns.length);
  }

  get hasValidation(): boolean {
    return this.validation.length > 0;
  }

  abstract fitInSlices(): Generator<number, void>;
  abstract checkpoint(): Checkpoint;
  protected abstract predict(values: Float32Array[], step: number): ArrayLike<number>;

  *evaluateInSlices(): Generator<void, Evaluation> {
    const { columns, scaling } = this.data;
    const values = [...this.train, ...this.validation];
    const squares = new Float64Array(columns.length);
    for (let step = this.train.length; step < values.length; step++) {
      const expected = this.predict(values, step);
      values[step].forEach((value, c) => (squares[c] += (value - expected[c]) ** 2));
      if (step % 4096 === 0) yield;
    }
    return errorsOf(squares, this.validation.length, scaling);
  }

  *sampleInSlices(): Generator<string, void> {
    // A line through the last values says nothing that the figures do not.
  }

  dispose(): void {
    // Holds no tensors.
  }
}

/** Expects that nothing changes. */
export class PersistenceCounter extends SeriesCounter {
  readonly name = 'last value again';
  readonly parameterCount = 0;

  *fitInSlices(): Generator<number, void> {
    yield 1;
  }

  checkpoint(): Checkpoint {
    return { tensors: [], metadata: { kind: 'best' } };
  }

  protected predict(values: Float32Array[], step: number): ArrayLike<number> {
    return values[step - 1];
  }
}

/** Linear autoregression. */
export class AutoregressionCounter extends SeriesCounter {
  private model: Autoregression | undefined;
  private readonly order: number;

  constructor(data: SeriesData) {
    super(data);
    this.order = autoregressionOrder(data.columns.length, this.train.length);
  }

  get name(): string {
    return `linear autoregression over ${this.order} steps`;
  }

  get parameterCount(): number {
    return this.model?.parameterCount ?? 0;
  }

  *fitInSlices(): Generator<number, void> {
    this.model = Autoregression.fit(this.train, this.order);
    yield 1;
  }

  checkpoint(): Checkpoint {
    if (!this.model) throw new Error('The autoregression was not fitted.');
    const { columns, order } = this.model;
    const table = namedTensor('autoregression', [columns, columns * order + 1], this.model.table());
    return { tensors: [table], metadata: { kind: 'best', order: String(order) } };
  }

  protected predict(values: Float32Array[], step: number): ArrayLike<number> {
    if (!this.model) throw new Error('The autoregression was not fitted.');
    return this.model.predict(values, step);
  }
}

function rows(values: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, step) => values.subarray(step * width, (step + 1) * width));
}
