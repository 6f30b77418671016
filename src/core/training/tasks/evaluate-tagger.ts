import type { SentenceTagger } from '../../models/tagger/sentence-tagger';
import type { TaggedText } from '../../text/tagged/tagged-text';
import type { Evaluation } from '../learner';
import { taggingFigures, taggingMeasures } from '../tagging-metrics';

/** Tokens that are tagged in one slice, at least where there are as many. */
const SLICE = 1000;
/** Smallest probability that is taken as such, so that one mistake does not make the loss infinite. */
const LEAST = 1e-12;

/**
 * Figures of a tagger on tagged sentences, a slice at each `next()`. The loss is the mean −ln of the probability of the
 * right tag; a tag that the tagger does not know counts as wrong.
 */
export function* evaluateTagger(tagger: SentenceTagger, sentences: readonly TaggedText[]): Generator<void, Evaluation> {
  const ids = new Map(tagger.tags.map((tag, id) => [tag, id]));
  const said: string[][] = [];
  let loss = 0;
  for (let from = 0; from < sentences.length;) {
    const some = sliceAt(sentences, from);
    const answers = tagger.tag(some.map(({ tokens }) => tokens));
    some.forEach(({ tags }, n) => {
      const { tags: best, probabilities } = answers[n];
      said.push(Array.from(best, (id) => tagger.tags[id]));
      tags.forEach((tag, i) => {
        const id = ids.get(tag);
        const p = id === undefined ? 0 : probabilities[i * tagger.tags.length + id];
        loss -= Math.log(Math.max(LEAST, p));
      });
    });
    from += some.length;
    yield;
  }
  const gold = sentences.map(({ tags }) => tags);
  const figures = taggingFigures(gold, said);
  return { loss: loss / Math.max(1, figures.tokens), ...taggingMeasures(figures) };
}

function sliceAt(sentences: readonly TaggedText[], from: number): TaggedText[] {
  const some: TaggedText[] = [];
  for (let n = from, tokens = 0; n < sentences.length && tokens < SLICE; n++) {
    some.push(sentences[n]);
    tokens += sentences[n].tokens.length;
  }
  return some;
}
