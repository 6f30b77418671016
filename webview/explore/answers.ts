import type { Channel } from '../../src/protocol/channel';
import type { ExploreHost, ExplorePage } from '../../src/protocol/explore';
import type { EmbeddingAnswer, EmbeddingQuery, VectorSource } from '../../src/protocol/word-vectors';
import { keyOf } from './settings';

/** Answers that are kept, so that a look at another tab and back costs nothing. */
const KEPT = 40;

/** Asks the host, and remembers what it was told. */
export class Answers {
  private readonly kept = new Map<string, EmbeddingAnswer>();

  private readonly listeners = new Map<string, (share: number) => void>();
  private asked = 0;

  constructor(private readonly channel: Channel<ExploreHost, ExplorePage>) {
    channel.onNotification('answering', ({ id, share }) => this.listeners.get(id)?.(share));
  }

  /** @param onProgress hears the share that is done, 0 to 1, of an answer that takes long */
  async ask(
    source: VectorSource,
    query: EmbeddingQuery,
    signal?: AbortSignal,
    onProgress?: (share: number) => void,
  ): Promise<EmbeddingAnswer> {
    const key = `${keyOf(source)} ${JSON.stringify(query)}`;
    const known = this.kept.get(key);
    if (known) return known;
    const answer = await this.request(source, query, signal, onProgress);
    this.kept.set(key, answer);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT) break;
      this.kept.delete(oldest);
    }
    return answer;
  }

  private async request(
    source: VectorSource,
    query: EmbeddingQuery,
    signal?: AbortSignal,
    onProgress?: (share: number) => void,
  ): Promise<EmbeddingAnswer> {
    const id = String(this.asked++);
    if (onProgress) this.listeners.set(id, onProgress);
    try {
      return await this.channel.request('ask', { id, source, query }, signal);
    } finally {
      this.listeners.delete(id);
    }
  }

  /** Vectors may have changed. */
  forget(): void {
    this.kept.clear();
  }
}
