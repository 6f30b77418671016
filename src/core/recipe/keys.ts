import { z } from 'zod';
import { recipeSchema } from './schema';

/** The parts of JSON Schema (draft 7) that a recipe's keys use. */
export interface KeySchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: KeySchema;
  properties?: Record<string, KeySchema>;
  /** A group whose keys depend on its `kind`: one alternative for each. */
  oneOf?: KeySchema[];
}

/** JSON schema (draft 7) of a recipe as a person writes it, with descriptions, defaults and limits. */
export function recipeJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(recipeSchema, { io: 'input', target: 'draft-7' });
  return {
    $schema,
    title: 'Sequence Lab recipe',
    description: 'Describes an experiment completely; every key that is missing has a default.',
    ...schema,
  };
}

/** A key of a recipe: its path with dots and its schema. */
export interface RecipeKey {
  path: string;
  schema: KeySchema;
  /** The kinds of model that have the key, for keys that not all have. */
  kinds?: string[];
}

/**
 * All keys of a recipe: the groups ("training") and the values ("training.batch"). A key that several kinds of model
 * have is there once for each schema that it has.
 */
export function recipeKeys(): RecipeKey[] {
  return (known ??= keysOf(recipeJsonSchema() as KeySchema, ''));
}
let known: RecipeKey[] | undefined;

function keysOf(schema: KeySchema, prefix: string): RecipeKey[] {
  if (schema.oneOf) return alternativeKeys(schema.oneOf, prefix);
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = prefix + name;
    return [{ path, schema: inner }, ...keysOf(inner, `${path}.`)];
  });
}

/** Keys of a group that has one alternative for each `kind`; the kind itself comes first, with all of its values. */
function alternativeKeys(alternatives: KeySchema[], prefix: string): RecipeKey[] {
  const kinds = alternatives.map((alternative) => String(alternative.properties?.kind.const));
  const kind: KeySchema = {
    type: 'string',
    enum: kinds,
    default: kinds[0],
    description: 'The kind of model; the other keys depend on it.',
  };
  const keys: RecipeKey[] = [{ path: `${prefix}kind`, schema: kind }];
  alternatives.forEach((alternative, k) => {
    for (const [name, schema] of Object.entries(alternative.properties ?? {})) {
      if (name === 'kind') continue;
      const path = prefix + name;
      const same = keys.find((key) => key.path === path && JSON.stringify(key.schema) === JSON.stringify(schema));
      if (same) same.kinds?.push(kinds[k]);
      else keys.push({ path, schema, kinds: [kinds[k]] });
    }
  });
  return keys;
}

/** Whether a key is a group of others. */
export function isGroup({ schema }: RecipeKey): boolean {
  return schema.properties !== undefined || schema.oneOf !== undefined;
}

/** Whether models of this kind have the key; keys outside the model are everyone's. */
export function belongsTo(key: RecipeKey, kind: string): boolean {
  return key.kinds === undefined || key.kinds.includes(kind);
}

/** Finds a key by its path, as this kind of model has it if it does; undefined when no recipe has it. */
export function findKey(path: string, kind: string): RecipeKey | undefined {
  const keys = recipeKeys().filter((key) => key.path === path);
  return keys.find((key) => belongsTo(key, kind)) ?? keys[0];
}

/** What other tools call the same thing, in small letters without separators. */
const SYNONYMS: Record<string, string> = {
  lr: 'training.rate',
  learningrate: 'training.rate',
  batchsize: 'training.batch',
  seqlen: 'training.length',
  sequencelength: 'training.length',
  blocksize: 'training.length',
  maxiters: 'training.steps',
  gradclip: 'training.clip',
  hiddensize: 'model.hidden',
  units: 'model.hidden',
  numlayers: 'model.layers',
  rnntype: 'model.cell',
};

/** The key that a person who wrote `path` most likely meant; undefined when none is near. Keys of `kind` come first. */
export function nearestKey(path: string, kind: string): string | undefined {
  const parent = parentOf(path);
  const plain = lastPart(path).toLowerCase().replace(/[-_]/g, '');
  if (Object.hasOwn(SYNONYMS, plain)) return SYNONYMS[plain];
  const ranked = recipeKeys()
    .filter((key) => key.path !== '$schema')
    .map((key) => {
      const elsewhere = parentOf(key.path) !== parent;
      // A key of the right group wins over one with the same name elsewhere only if it is as near.
      const stranger = (elsewhere ? 0.5 : 0) + (belongsTo(key, kind) ? 0 : 0.25);
      return { path: key.path, distance: nameDistance(path, key.path) + stranger };
    });
  return best(ranked, lastPart(path).length);
}

/** The one of `names` that is nearest to `word`; undefined when none is near. */
export function nearestName(word: string, names: string[]): string | undefined {
  return best(
    names.map((name) => ({ path: name, distance: editDistance(word, name) })),
    word.length,
  );
}

/**
 * Those of `names` that a person who wrote `word` may mean: names that begin with it, else names of which a part between
 * hyphens does, else the nearest one; empty when none is near.
 */
export function likelyNames(word: string, names: string[]): string[] {
  const start = word.trim().toLowerCase();
  const beginning = start === '' ? [] : names.filter((name) => name.startsWith(start));
  if (beginning.length > 0) return beginning;
  const inside = start === '' ? [] : names.filter((name) => name.split('-').some((part) => part.startsWith(start)));
  const nearest = nearestName(word, names);
  return inside.length > 0 ? inside : nearest === undefined ? [] : [nearest];
}

function best(candidates: { path: string; distance: number }[], length: number): string | undefined {
  const [first] = [...candidates].sort((a, b) => a.distance - b.distance);
  return first !== undefined && first.distance < 1 + Math.max(1, length / 3) ? first.path : undefined;
}

/** Distance of last parts, or of whole paths for a slip in the group's name ("trainig.batch"). */
function nameDistance(path: string, key: string): number {
  return Math.min(editDistance(lastPart(path), lastPart(key)), editDistance(path, key));
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

/**
 * Levenshtein distance in which two neighbours that changed places count once (optimal string alignment), without
 * regard to case. Words past 64 characters are far from everything.
 */
export function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Infinity;
  const from = a.toLowerCase();
  const to = b.toLowerCase();
  const rows = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= to.length; j++) {
      const changed = rows[i - 1][j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      rows[i].push(Math.min(changed, rows[i - 1][j] + 1, rows[i][j - 1] + 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[from.length][to.length];
}
