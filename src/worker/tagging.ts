import { UserError } from '../core/errors';
import type { SentenceTagger, TaggedTokens } from '../core/models/tagger/sentence-tagger';
import { chunksOf, isChunkTag } from '../core/text/chunks';
import { LONGEST_SENTENCE, sentencesOfText, type TextSentence } from '../core/text/tagged/sentences';
import type { LabelProbability, TaggedSpan, TaggedText, TagOptions, TagResult } from '../protocol/worker';
import type { Loaded } from './loaded-model';
import { finished } from './pacing';

/** Tokens that are tagged at once: some milliseconds, after which a cancelled request ends. */
const SLICE = 400;
/** Least probability of an entity that lost against O. */
const NEARLY = 0.1;
const ALTERNATIVES = 3;

/** Labelled spans of texts. Throws UserError when the run is no tagger, and Cancelled. */
export async function tagTexts(
  { answers, record }: Loaded,
  options: TagOptions,
  signal: AbortSignal,
): Promise<TagResult> {
  if (answers.task !== 'tag') {
    throw new UserError(`${record.name} is no tagger: choose a run of the task tagging, or train one on tagged text.`);
  }
  const spans = new SpanReader(answers.tagger.tags, options.alternatives ?? ALTERNATIVES);
  const texts = await finished(tagInSlices(answers.tagger, options.texts, spans), signal);
  return { labels: spans.labels, chunks: spans.chunks, texts };
}

function* tagInSlices(tagger: SentenceTagger, texts: string[], spans: SpanReader): Generator<void, TaggedText[]> {
  const results: TaggedText[] = texts.map(() => ({ spans: [], nearly: [], tokens: 0 }));
  let waiting: { sentence: TextSentence; result: TaggedText }[] = [];
  let tokens = 0;
  const flush = (): void => {
    const answers = tagger.tag(waiting.map(({ sentence }) => sentence.tokens));
    waiting.forEach(({ sentence, result }, n) => spans.add(sentence, answers[n], result));
    [waiting, tokens] = [[], 0];
  };
  for (const [n, text] of texts.entries()) {
    for (const sentence of sentencesOfText(text, LONGEST_SENTENCE)) {
      waiting.push({ sentence, result: results[n] });
      tokens += sentence.tokens.length;
      if (tokens < SLICE) continue;
      flush();
      yield;
    }
  }
  if (waiting.length > 0) flush();
  return results;
}

/**
 * Makes spans of tags. The probability of a label for a span is the least, over its tokens, of the summed marginals of all
 * tags of that label (B and I alike): it never exceeds that of its weakest token, and does not fall with the span's length as
 * a product would.
 */
class SpanReader {
  /** Whether tags are chunks. */
  readonly chunks: boolean;
  readonly labels: string[];
  /** What each tag says: a label, or "O". */
  private readonly labelOf: string[];

  constructor(
    private readonly tags: readonly string[],
    private readonly alternatives: number,
  ) {
    this.chunks = tags.every(isChunkTag);
    this.labelOf = tags.map((tag) => (this.chunks && tag !== 'O' ? tag.slice(2) : tag));
    const all = new Set(this.labelOf);
    if (this.chunks) all.delete('O');
    this.labels = [...all].sort((a, b) => (a < b ? -1 : Number(a > b)));
  }

  add(sentence: TextSentence, answer: TaggedTokens, result: TaggedText): void {
    const names = Array.from(answer.tags, (tag) => this.tags[tag]);
    const found = this.chunks ? chunksOf(names) : names.map((type, at) => ({ type, from: at, to: at + 1 }));
    const taken = new Uint8Array(names.length);
    for (const { type, from, to } of found) {
      taken.fill(1, from, to);
      result.spans.push(this.span(sentence, answer, type, from, to));
    }
    if (this.chunks) this.addNearly(sentence, answer, taken, result);
    result.tokens += names.length;
  }

  /** Neighbouring tokens read as O whose most probable entity is the same and is not improbable. */
  private addNearly(sentence: TextSentence, answer: TaggedTokens, taken: Uint8Array, result: TaggedText): void {
    const rivals = Array.from(taken, (isTaken, at) => {
      const first = this.ranked(answer.probabilities, at, at + 1).find(({ label }) => label !== 'O');
      return !isTaken && first && first.probability >= NEARLY ? first.label : undefined;
    });
    for (let from = 0; from < rivals.length;) {
      const label = rivals[from];
      let to = from + 1;
      while (label !== undefined && rivals[to] === label) to++;
      if (label !== undefined) result.nearly.push(this.span(sentence, answer, label, from, to));
      from = to;
    }
  }

  private span(
    { tokens, starts }: TextSentence,
    { probabilities, forward }: TaggedTokens,
    label: string,
    from: number,
    to: number,
  ): TaggedSpan {
    const ranked = this.ranked(probabilities, from, to);
    const own = ranked.find((each) => each.label === label)?.probability ?? 0;
    return {
      start: starts[from],
      end: starts[to - 1] + tokens[to - 1].length,
      label,
      probability: own,
      alternatives: ranked.filter((each) => each.label !== label).slice(0, this.alternatives),
      ...(forward && { forward: this.ranked(forward, from, to)[0] }),
    };
  }

  /** Labels by falling probability. */
  private ranked(rows: Float32Array, from: number, to: number): LabelProbability[] {
    const least = new Map<string, number>();
    for (let at = from; at < to; at++) {
      const sums = new Map<string, number>();
      this.labelOf.forEach((label, tag) => {
        sums.set(label, (sums.get(label) ?? 0) + rows[at * this.labelOf.length + tag]);
      });
      for (const [label, p] of sums) least.set(label, Math.min(1, p, least.get(label) ?? 1));
    }
    const all = Array.from(least, ([label, probability]) => ({ label, probability }));
    return all.sort((a, b) => b.probability - a.probability);
  }
}
