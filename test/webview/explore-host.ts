import type { Browser, Page } from 'playwright-core';
import { UserError } from '../../src/core/errors';
import { clusterWords } from '../../src/core/embeddings/clusters';
import { mapOf } from '../../src/core/embeddings/map/map-of';
import { analogy, compareWords, neighbours, oddOneOut, unitOf, dot } from '../../src/core/embeddings/queries';
import { WordVectors } from '../../src/core/embeddings/word-vectors';
import { Random } from '../../src/core/random';
import type { Channel } from '../../src/protocol/channel';
import type { ExploreHost, ExplorePage, VectorsChoice } from '../../src/protocol/explore';
import type { EmbeddingAnswer, EmbeddingQuery } from '../../src/protocol/word-vectors';
import { newFrame, PageHost, type Frame } from './page-host';
import type { ThemeFixture } from './themes';

/** Words with features of their own: royalty, gender, country and so on, and noise. */
export function smallWorld(seed: number): WordVectors {
  const features: Record<string, number[]> = {
    king: [1, 1, 0, 0, 0, 0], queen: [1, -1, 0, 0, 0, 0], prince: [0.9, 1, 0.3, 0, 0, 0], princess: [0.9, -1, 0.3, 0, 0, 0],
    man: [0, 1, 0, 0, 0, 0.2], woman: [0, -1, 0, 0, 0, 0.2], boy: [0, 1, 0.5, 0, 0, 0.2], girl: [0, -1, 0.5, 0, 0, 0.2],
    paris: [0, 0, 0, 1, 1, 0], france: [0, 0, 0, 1, -1, 0], rome: [0, 0, 0, 1, 1, 0.8], italy: [0, 0, 0, 1, -1, 0.8],
    berlin: [0, 0, 0, 1, 1, -0.8], germany: [0, 0, 0, 1, -1, -0.8],
    breakfast: [0, 0, 1, 0, 0.3, 1], lunch: [0, 0, 1, 0, 0.2, 1.1], dinner: [0, 0, 1.1, 0, 0.1, 1], car: [-1, 0.2, -1, 0.4, 0, -1],
  }; // prettier-ignore
  const random = new Random(seed);
  const words = Object.keys(features);
  for (let i = 0; i < 140; i++) words.push(`${['stone', 'river', 'cloud', 'garden'][i % 4]}${i}`);
  const size = 16;
  const group = (word: string) => ['stone', 'river', 'cloud', 'garden'].findIndex((name) => word.startsWith(name));
  const values = words.flatMap((word) => {
    const own = features[word] ?? [];
    return Array.from({ length: size }, (_, k) => {
      const cluster = group(word) >= 0 && k === 8 + group(word) ? 1.5 : 0;
      return (own[k] ?? 0) + cluster + 0.12 * random.normal();
    });
  });
  return new WordVectors(words, size, Float32Array.from(values));
}

/** An extension host that holds small vectors, answers the page's questions with the project's own code, and remembers. */
export class ExploreFakeHost extends PageHost<ExplorePage, ExploreHost> {
  readonly asked: EmbeddingQuery[] = [];
  readonly ids: string[] = [];
  learned = 0;
  /** Waited for before a question is answered. */
  before: (query: EmbeddingQuery) => Promise<void> = async () => {};
  cancelled = 0;
  private readonly worlds: Record<string, WordVectors> = { one: smallWorld(1), two: smallWorld(2) };

  private constructor(
    page: Page,
    public choices: VectorsChoice[],
  ) {
    super(page, 'dist/explore.js');
  }

  static async open(
    browser: Browser,
    theme: ThemeFixture,
    options: Frame & { choices?: VectorsChoice[]; kept?: object } = {},
  ): Promise<ExploreFakeHost> {
    const page = await newFrame(browser, options);
    const kept = JSON.stringify(JSON.stringify(options.kept ?? {}));
    await page.addInitScript(`if (!sessionStorage.getItem('state')) sessionStorage.setItem('state', ${kept})`);
    const host = new ExploreFakeHost(page, options.choices ?? runs);
    await host.load(theme);
    return host;
  }

  /** How far the answer to a question is. */
  progress(id: string, share: number): void {
    this.channel?.notify('answering', { id, share });
  }

  look(run: string): void {
    this.channel?.notify('look', { source: { run } });
  }

  change(choices: VectorsChoice[]): void {
    this.choices = choices;
    this.channel?.notify('choicesChanged', { choices });
  }

  protected override answer(channel: Channel<ExplorePage, ExploreHost>): void {
    channel.onRequest('hydrate', () => ({ choices: this.choices }));
    channel.onRequest('ask', async ({ id, source, query }, signal) => {
      this.asked.push(query);
      this.ids.push(id);
      signal.addEventListener('abort', () => this.cancelled++);
      await this.before(query);
      const key = 'run' in source ? source.run : 'two';
      return answer(this.worlds[key], query);
    });
    channel.onRequest('openFile', () => ({ source: { file: '/vectors.txt' }, name: 'vectors.txt', detail: 'file' }));
    channel.onRequest('saveFile', (file) => this.keep(file));
    channel.onNotification('learn', () => this.learned++);
  }
}

export const runs: VectorsChoice[] = [
  { source: { run: 'one' }, name: 'skipgram · stories', detail: '22/11/2026, 15:30' },
  { source: { run: 'two' }, name: 'glove · stories', detail: '22/11/2026, 14:10' },
];

function finish<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

function answer(vectors: WordVectors, query: EmbeddingQuery): EmbeddingAnswer {
  switch (query.kind) {
    case 'facts':
      return { kind: 'facts', words: vectors.words.length, size: vectors.size, mostFrequent: vectors.words.slice(0, 20), unseen: false, ratios: true }; // prettier-ignore
    case 'complete':
      return { kind: 'complete', words: vectors.words.filter((word) => word.startsWith(query.prefix)).slice(0, query.count) }; // prettier-ignore
    case 'neighbours':
      return { kind: 'neighbours', words: neighbours(vectors, query.word, query.count) };
    case 'analogy':
      return analogyAnswer(vectors, query);
    case 'odd':
      return { kind: 'odd', words: oddOneOut(vectors, query.words) };
    case 'compare': {
      const { cosine, features } = compareWords(vectors, ...query.words);
      return { kind: 'compare', cosine, features: features.slice(0, query.count) };
    }
    case 'clusters': {
      const found = finish(clusterWords(vectors, { clusters: query.clusters, count: query.words, seed: query.seed }));
      const clusters = found.map(({ words }) => ({
        name: words.slice(0, 3).join(', '),
        size: words.length,
        words: words.slice(0, 12).map((word) => ({ word, similarity: 0.9 })),
      }));
      return { kind: 'clusters', clusters };
    }
    case 'map': {
      const count = typeof query.words === 'number' ? Math.min(query.words, vectors.words.length) : 0;
      const ids = Array.from({ length: count }, (_, id) => id);
      return { kind: 'map', ...finish(mapOf(vectors, ids, query.method, query.seed)) };
    }
    case 'ratios':
      return {
        kind: 'ratios',
        totals: [900, 1200],
        window: 5,
        ratios: query.probes.map((probe, i) => {
          const counts = ([[190, 22], [66, 780], [300, 220], [17, 18], [4, 0], [0, 0]] as [number, number][])[i] ?? [1, 1]; // prettier-ignore
          const probabilities: [number, number] = [counts[0] / 900, counts[1] / 1200];
          return { probe, counts, probabilities, ratio: probabilities[0] / probabilities[1] };
        }),
      };
    default:
      throw new UserError('This is not asked here.');
  }
}

/** The words of an analogy by their coordinates along b − a and, at a right angle to it, c − a. */
function analogyAnswer(
  vectors: WordVectors,
  { words, rule, count }: Extract<EmbeddingQuery, { kind: 'analogy' }>,
): EmbeddingAnswer {
  const found = analogy(vectors, words, rule, count);
  const [a, b, c] = words.map((word) => unitOf(vectors, vectors.idOf(word) ?? 0));
  const first = unit(b.map((value, k) => value - a[k]));
  const toC = c.map((value, k) => value - a[k]);
  const along = dot(toC, first);
  const second = unit(toC.map((value, k) => value - along * first[k]));
  const place = (vector: Float32Array) => ({ x: dot(vector, first), y: dot(vector, second) });
  const points = [...words, ...found.slice(0, 5).map(({ word }) => word)].map((word) => ({
    word,
    ...place(unitOf(vectors, vectors.idOf(word) ?? 0)),
  }));
  return { kind: 'analogy', words: found, plane: { points, target: place(b.map((value, k) => value - a[k] + c[k])) } };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
