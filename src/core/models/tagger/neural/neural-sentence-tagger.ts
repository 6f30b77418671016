import { scoped } from '../../../ops/scope';
import { lengthGroups } from '../../../text/length-groups';
import { sentenceEncoder, type EncodedSentence, type TaggerVocabulary } from '../../../text/tagged/vocabulary';
import type { SentenceTagger, TaggedTokens } from '../sentence-tagger';
import type { NeuralTagger } from './neural-tagger';
import { taggerBatch } from './tagger-batch';

/** Tokens that are read at once, with padding. */
const SLICE = 4096;
/** The same where a biLM reads them, too. */
const SLICE_IN_CONTEXT = 512;

/**
 * Tags sentences with a neural tagger; what is longer than `longest` tokens is read in pieces. `context` has the
 * characters of the biLM that the tagger reads.
 */
export class NeuralSentenceTagger implements SentenceTagger {
  constructor(
    private readonly model: NeuralTagger,
    private readonly vocabulary: TaggerVocabulary,
    private readonly longest: number,
    private readonly context?: TaggerVocabulary,
  ) {}

  get tags(): readonly string[] {
    return this.model.shape.scheme.outer;
  }

  tag(sentences: readonly (readonly string[])[]): TaggedTokens[] {
    const encode = sentenceEncoder(this.vocabulary, this.context);
    const pieces: EncodedSentence[] = [];
    const borders = sentences.map((tokens) => {
      const from = pieces.length;
      for (let at = 0; at < tokens.length; at += this.longest) pieces.push(encode(tokens.slice(at, at + this.longest)));
      return [from, pieces.length];
    });
    const answers: TaggedTokens[] = [];
    for (const group of lengthGroups(
      pieces.map(({ words }) => words.length),
      this.context ? SLICE_IN_CONTEXT : SLICE,
    )) {
      const read = readSentences(
        this.model,
        group.map((n) => pieces[n]),
      );
      group.forEach((n, k) => (answers[n] = read[k]));
    }
    return borders.map(([from, to]) => (to - from === 1 ? answers[from] : joined(answers.slice(from, to))));
  }

  dispose(): void {
    this.model.dispose();
  }
}

/** Tags sentences that are all read at once. */
export function readSentences(model: NeuralTagger, sentences: readonly EncodedSentence[]): TaggedTokens[] {
  const { scheme } = model.shape;
  const batch = taggerBatch(sentences);
  const { tags, probabilities, forward } = scoped(() => model.read(batch));
  return sentences.map(({ words }, b) => {
    const from = b * batch.time;
    const to = from + words.length;
    const rows = (values: Float32Array, width: number) => values.slice(from * width, to * width);
    return {
      tags: scheme.seen(tags.slice(from, to)),
      probabilities: scheme.fold(rows(probabilities, scheme.inner.length)),
      ...(forward && { forward: rows(forward, scheme.outer.length) }),
    };
  });
}

function joined(pieces: TaggedTokens[]): TaggedTokens {
  const all = (of: (piece: TaggedTokens) => Float32Array | undefined) =>
    Float32Array.from(pieces.flatMap((piece) => Array.from(of(piece) ?? [])));
  const forward = pieces.some((piece) => piece.forward) ? { forward: all((piece) => piece.forward) } : {};
  return {
    tags: Int32Array.from(pieces.flatMap(({ tags }) => Array.from(tags))),
    probabilities: all(({ probabilities }) => probabilities),
    ...forward,
  };
}
