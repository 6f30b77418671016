import { UserError } from '../../errors';
import { hasModel, type Recipe } from '../../recipe/schema';
import { model as modelSchema, type ModelOf } from '../../recipe/schema/model';
import { TaggerVocabulary } from '../../text/tagged/vocabulary';
import type { ContextualShape } from './contextual-input';

/** What a run keeps of the biLM that its model reads, besides the weights. */
export interface ContextualAsset {
  /** Name of the run that learned it, for people. */
  name: string;
  model: ModelOf<'recurrent'>;
  /** Its characters; words are not needed. */
  vocabulary: TaggerVocabulary;
}

/** What of a biLM's run is kept. Throws UserError when its layers cannot be mixed. */
export function contextualAsset(name: string, recipe: Recipe, vocabulary: TaggerVocabulary): ContextualAsset {
  if (!hasModel(recipe, 'recurrent')) throw new UserError(`${name} is no biLM: choose a run of the recipe "bilm".`);
  const { model } = recipe;
  const given = wordSize(model);
  if (given !== model.hidden) {
    throw new UserError(
      `${name} gives ${given} numbers for characters and ${model.hidden} for each layer, which cannot be mixed: train a biLM with model.characterHidden equal to model.hidden.`,
    );
  }
  return { name, model, vocabulary: vocabulary.withoutWords() };
}

/** Numbers that a word's characters give. */
function wordSize({ characters, characterHidden }: ModelOf<'recurrent'>): number {
  return characters === 'lstm' ? 2 * Math.ceil(characterHidden / 2) : characterHidden;
}

/** What the model needs of it. @param keep bytes of states that are kept */
export function contextualShape({ model, vocabulary }: ContextualAsset, keep = 0): ContextualShape {
  return { bilm: { ...model, letters: vocabulary.characterCount }, keep };
}

/** Throws UserError when `json` is not what JSON.stringify gives of an asset. */
export function contextualFromJson(json: unknown, file: string): ContextualAsset {
  const { name, model, vocabulary } = (typeof json === 'object' && json !== null ? json : {}) as Record<
    string,
    unknown
  >;
  const parsed = modelSchema.safeParse(model);
  const read = parsed.success && parsed.data.kind === 'recurrent' ? parsed.data : undefined;
  if (typeof name !== 'string' || !read || wordSize(read) !== read.hidden) {
    throw new UserError(`${file} is damaged: train again, or choose another run.`);
  }
  return { name, model: read, vocabulary: TaggerVocabulary.fromJSON(vocabulary) };
}
