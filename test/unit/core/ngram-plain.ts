import type { NgramOptions } from '../../../src/core/models/ngram/options';

/** N-gram models straight from their formulas, over strings in maps: the oracle of the fast ones. */
export class PlainNgrams {
  /** counts[k]: of each context of k - 1 tokens, the counts of the tokens that follow. */
  private readonly counts: Map<string, Map<number, number>>[] = [];
  private readonly discounts: number[][] = [];
  private readonly tokens: number;

  /** @param text a running text, or sentences without their markers */
  constructor(
    text: number[] | number[][],
    private readonly options: NgramOptions,
  ) {
    const { order, begin, end, smoothing } = options;
    this.tokens = options.vocabulary - (begin === undefined ? 0 : 1);
    const isSentences = begin !== undefined && end !== undefined;
    const sequences = isSentences
      ? (text as number[][]).map((sentence) => [begin, ...sentence, end])
      : [text as number[]];
    for (let k = 1; k <= order; k++) {
      const raw = new Map<string, number>();
      const before = new Map<string, Set<string>>();
      for (const sequence of sequences) {
        for (let i = 0; i + k <= sequence.length; i++) {
          const gram = sequence.slice(i, i + k).join(' ');
          raw.set(gram, (raw.get(gram) ?? 0) + 1);
          if (!before.has(gram)) before.set(gram, new Set());
          if (i > 0) before.get(gram)?.add(String(sequence[i - 1]));
          else if (!isSentences) before.get(gram)?.add('start');
        }
      }
      const continues = smoothing?.includes('kneser-ney') && k < order;
      this.counts[k] = new Map();
      const all: number[] = [];
      for (const [gram, count] of raw) {
        const parts = gram.split(' ').map(Number);
        if (k === 1 && parts[0] === begin) continue;
        const used = continues && parts[0] !== begin ? (before.get(gram)?.size ?? 0) : count;
        const context = parts.slice(0, -1).join(' ');
        if (!this.counts[k].has(context)) this.counts[k].set(context, new Map());
        this.counts[k].get(context)?.set(parts[k - 1], used);
        all.push(used);
      }
      this.discounts[k] = this.discountsFrom(all);
    }
  }

  probability(context: number[], token: number): number {
    const { order, smoothing, begin } = this.options;
    if (token === begin) return 0;
    const length = Math.min(order - 1, context.length);
    return smoothing === 'add-k' ? this.added(context, token, length) : this.backedOff(context, token, length);
  }

  private followers(context: number[], length: number): Map<number, number> | undefined {
    return this.counts[length + 1].get((length === 0 ? [] : context.slice(-length)).join(' '));
  }

  private added(context: number[], token: number, length: number): number {
    const { k = 1 } = this.options;
    const followers = this.followers(context, length) ?? new Map<number, number>();
    const sum = [...followers.values()].reduce((total, count) => total + count, 0);
    return ((followers.get(token) ?? 0) + k) / (sum + k * this.tokens);
  }

  private backedOff(context: number[], token: number, length: number): number {
    if (length < 0) return 1 / this.tokens;
    const lower = (): number => this.backedOff(context, token, length - 1);
    const followers = this.followers(context, length);
    if (!followers) return lower();
    const counts = [...followers.values()];
    const sum = counts.reduce((total, count) => total + count, 0);
    const count = followers.get(token) ?? 0;
    const discounts = this.discounts[length + 1];
    switch (this.options.smoothing) {
      case 'stupid-backoff':
        return count > 0 ? count / sum : 0.4 * lower();
      case 'witten-bell':
        return (count + counts.length * lower()) / (sum + counts.length);
      default: {
        const taken = counts.reduce((total, c) => total + discounts[Math.min(c, 3)], 0);
        return (count - discounts[Math.min(count, 3)] + taken * lower()) / sum;
      }
    }
  }

  private discountsFrom(counts: number[]): number[] {
    const { smoothing, discount = 0 } = this.options;
    const [n1, n2, n3, n4] = [1, 2, 3, 4].map((wanted) => counts.filter((count) => count === wanted).length);
    const y = n1 > 0 ? n1 / (n1 + 2 * n2) : 0.5;
    if (smoothing === 'modified-kneser-ney') {
      const three = [0, 1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
      const isUsable = n1 * n2 * n3 * n4 > 0 && three.every((d, count) => d >= 0 && d <= count);
      return isUsable ? three : [0, y, y, y];
    }
    const one = discount > 0 ? discount : y;
    return [0, one, one, one];
  }
}
