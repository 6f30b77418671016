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
  const { characters, characterHidden, hidden } = model;
  const given = characters === 'lstm' ? 2 * Math.ceil(characterHidden / 2) : characterHidden;
  if (given !== hidden) {
    throw new UserError(
      `${name} gives ${given} numbers for characters and ${hidden} for each layer, which cannot be mixed: train a biLM with model.characterHidden equal to model.hidden.`,
    );
  }
  return { name, model, vocabulary: vocabulary.withoutWords() };
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
  if (typeof name !== 'string' || !parsed.success || parsed.data.kind !== 'recurrent') {
    throw new UserError(`${file} is damaged: train again, or choose another run.`);
  }
  return { name, model: parsed.data, vocabulary: TaggerVocabulary.fromJSON(vocabulary) };
}
