import type { Channel } from '../../src/protocol/channel';
import type { ExploreHost, ExplorePage } from '../../src/protocol/explore';
import type { EmbeddingAnswer, EmbeddingQuery, VectorSource } from '../../src/protocol/word-vectors';
import { keyOf } from './settings';

/** Answers that are kept, so that a look at another tab and back costs nothing. */
const KEPT = 40;

/** Asks the host, and remembers what it was told. */
export class Answers {
  private readonly kept = new Map<string, EmbeddingAnswer>();

  constructor(private readonly channel: Channel<ExploreHost, ExplorePage>) {}

  async ask(source: VectorSource, query: EmbeddingQuery, signal?: AbortSignal): Promise<EmbeddingAnswer> {
    const key = `${keyOf(source)} ${JSON.stringify(query)}`;
    const known = this.kept.get(key);
    if (known) return known;
    const answer = await this.channel.request('ask', { source, query }, signal);
    this.kept.set(key, answer);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT) break;
      this.kept.delete(oldest);
    }
    return answer;
  }

  /** Vectors may have changed. */
  forget(): void {
    this.kept.clear();
  }
}
