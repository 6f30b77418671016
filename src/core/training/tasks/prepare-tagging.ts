import { UserError } from '../../errors';
import type { SentenceTagger } from '../../models/tagger/sentence-tagger';
import { Random } from '../../random';
import { hasModel, type Recipe } from '../../recipe/schema';
import { isChunkTag } from '../../text/chunks';
import type { Examples } from '../../text/examples';
import { withSigns } from '../../text/tagged/signs';
import type { TaggedText } from '../../text/tagged/tagged-text';
import { TaggerVocabulary, UNKNOWN } from '../../text/tagged/vocabulary';
import type { Counter, Learner } from '../learner';
import { classicTagger, TaggerCounter, type ClassicKind, type TaggerCounterData } from '../tagger-counter';
import type { LoadedCheckpoint } from './answering';
import { neuralSentenceTagger, neuralTaggerLearner } from './neural-tagging';
import {
  contextOf,
  partsOf,
  type Parts,
  type PreparedTask,
  type ReadContext,
  type TaskAssets,
  type TaskInput,
  type VectorTokens,
} from './prepared';

/** Tagging of tokens. Throws UserError when the data do not fit. */
export function* prepareTagging(input: TaskInput): Generator<number, PreparedTask> {
  const { recipe, examples, validation, assets, earlier } = input;
  const sentences = sentencesOf(examples);
  const held = validation && sentencesOf(validation);
  const tags = assets?.labels ?? tagsOf(sentences, earlier?.assets.labels);
  const parts = partsOf(sentences, held, recipe);
  if (held) refuseUnknown(held, tags);
  const data = { ...parts, tags, seed: recipe.seed };
  const baselines = recipe.evaluation.baseline ? baselinesFor(recipe, data) : [];
  const common = { characters: charactersOf(sentences) + charactersOf(held ?? []), examples: sentences.length };
  const tokens = { trainTokens: tokensOf(parts.train), validationTokens: tokensOf(parts.validation) };
  const classic = classicKind(recipe);
  if (classic) {
    if (earlier) {
      throw new UserError(`A model of kind "${classic.kind}" cannot start from a run: leave --from out.`);
    }
    const model: Counter = new TaggerCounter(data, classic);
    const words = new Set(parts.train.flatMap((sentence) => sentence.tokens));
    const statistics = {
      ...common,
      ...tokens,
      vocabulary: words.size,
      unknown: unknownShare(parts, (w) => words.has(w)),
    };
    return { prepared: { model, baselines }, assets: { labels: tags }, statistics };
  }
  const { model, vocabulary, context } = yield* neuralModel(input, parts, tags);
  const read = parts.validation.map((text) => ({ ...text, tokens: [...withSigns(text.tokens)] }));
  const unknown = unknownShare({ ...parts, validation: read }, (word) => vocabulary.wordId(word) !== UNKNOWN);
  return {
    prepared: { model, baselines },
    assets: { labels: tags, taggerVocabulary: vocabulary, contextual: context?.asset },
    statistics: { ...common, ...tokens, vocabulary: vocabulary.wordCount, unknown },
  };
}

/** The tagger of a checkpoint. Throws UserError when recipe, assets and checkpoint do not fit together. */
export function loadTagger(recipe: Recipe, assets: TaskAssets, checkpoint: LoadedCheckpoint): SentenceTagger {
  const classic = classicKind(recipe);
  if (!classic) return neuralSentenceTagger(recipe, assets, checkpoint);
  if (!assets.labels) throw new UserError('The run does not say which tags it knows: train again from the start.');
  return classicTagger(classic.kind, assets.labels, checkpoint);
}

/** The sentences of a file. Throws UserError when it has no tags. */
export function sentencesOf(examples: Examples): TaggedText[] {
  if (examples.kind === 'tagged') return examples.sentences;
  throw new UserError(
    'The file has no tags, which a tagger learns: set source.format to "conll", "conllu" or "spans", or choose another file.',
  );
}

function* neuralModel(
  input: TaskInput,
  parts: Parts<TaggedText>,
  tags: string[],
): Generator<number, { model: Learner; vocabulary: TaggerVocabulary; context?: ReadContext }> {
  const { recipe, assets, earlier, vectors: load } = input;
  const context = contextOf(input);
  const known = assets?.taggerVocabulary ?? earlier?.assets.taggerVocabulary;
  const sentences = parts.train.map(({ tokens }) => withSigns(tokens));
  const vocabulary = known ?? (yield* TaggerVocabulary.learnInSlices(sentences, recipe.tokens));
  const vectors = load && !earlier ? yield* load(tokensIn(vocabulary)) : undefined;
  const data = { ...parts, tags, vocabulary, vectors, context, earlier: earlier && startOf(earlier) };
  return { model: neuralTaggerLearner(recipe, data, new Random(recipe.seed)), vocabulary, context };
}

function startOf({ assets, tensors }: NonNullable<TaskInput['earlier']>) {
  const { taggerVocabulary: vocabulary, labels: tags } = assets;
  if (vocabulary && tags) return { tensors, vocabulary, tags };
  throw new UserError('The run to start from is no neural tagger: choose another one, or leave --from out.');
}

function tokensIn({ wordCount, words }: TaggerVocabulary): VectorTokens {
  return {
    size: wordCount,
    unit: 'word',
    special: { unknown: UNKNOWN },
    token: (id) => (id === UNKNOWN ? '' : words[id - 1]),
  };
}

function classicKind(recipe: Recipe): ClassicKind | undefined {
  if (hasModel(recipe, 'hmm') || hasModel(recipe, 'most-frequent-tag')) return recipe.model;
  return hasModel(recipe, 'perceptron') || hasModel(recipe, 'crf') ? recipe.model : undefined;
}

/** The most frequent tag of each word, and an HMM, where the recipe's own model is another. */
function baselinesFor(recipe: Recipe, data: TaggerCounterData): Counter[] {
  const kinds: ClassicKind[] = [{ kind: 'most-frequent-tag' }, { kind: 'hmm', order: 3, iterations: 0 }];
  return kinds.filter(({ kind }) => kind !== recipe.model.kind).map((kind) => new TaggerCounter(data, kind));
}

/** The distinct tags, those of an earlier run first. Throws UserError unless there are two at least. */
function tagsOf(sentences: TaggedText[], earlier: readonly string[] = []): string[] {
  const found = new Set(sentences.flatMap(({ tags }) => tags));
  const [only] = found;
  if (found.size + earlier.length < 2) {
    throw new UserError(
      `All tokens have the tag "${only}": annotate some with another one, for there is nothing to tell apart.`,
    );
  }
  const fresh = [...found].filter((tag) => !earlier.includes(tag)).sort((a, b) => (a < b ? -1 : 1));
  return [...earlier, ...fresh];
}

/** Throws UserError where a held-out file has a tag, or a type of entity, that training lacks: it is of other data. */
function refuseUnknown(sentences: TaggedText[], tags: string[]): void {
  // That an entity of a known type never had a second token in training says nothing of the sort.
  const nameOf = (tag: string): string => (isChunkTag(tag) ? tag.slice(2) : tag);
  const known = new Set(tags.map(nameOf));
  for (const [n, sentence] of sentences.entries()) {
    const at = sentence.tags.findIndex((tag) => tag !== 'O' && !known.has(nameOf(tag)));
    if (at < 0) continue;
    throw new UserError(
      `The tag "${sentence.tags[at]}" of "${sentence.tokens[at]}" in sentence ${n + 1} of the held-out file is not in the training data: correct it there, or add examples of it to train on.`,
    );
  }
}

function tokensOf(sentences: TaggedText[]): number {
  return sentences.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

function charactersOf(sentences: TaggedText[]): number {
  return sentences.reduce((sum, { tokens }) => sum + tokens.reduce((all, token) => all + token.length + 1, 0), 0);
}

/** Share of the held-out tokens whose word is not known. */
function unknownShare({ validation }: Parts<TaggedText>, isKnown: (word: string) => boolean): number {
  let unknown = 0;
  for (const { tokens } of validation) for (const word of tokens) if (!isKnown(word)) unknown++;
  return unknown / Math.max(1, tokensOf(validation));
}
