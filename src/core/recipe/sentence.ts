import type { z } from 'zod';
import { belongsTo, findKey, nearestKey, nearestName, recipeKeys, type KeySchema, type RecipeKey } from './keys';

type Issue = z.core.$ZodIssue;

/** The kind of model that a document names; the default where it names none. */
export function kindIn(document: unknown): string {
  const kind = valueAt(document, ['model', 'kind']);
  return typeof kind === 'string' ? kind : 'recurrent';
}

/** One sentence on the first fault that was found in a document. */
export function sentence(issues: Issue[], document: unknown): string {
  const issue = issues[0];
  const kind = kindIn(document);
  if (issue.code === 'unrecognized_keys') return unknownKey([...issue.path, issue.keys[0]].join('.'), kind);
  const path = issue.path.join('.');
  if (path === '') return `a recipe is a JSON object, not ${describe(document)}: write { } for the default recipe.`;
  return `${path} must ${requirement(
    issues.filter((other) => other.path.join('.') === path),
    schemaOf(issue.path, kind),
  )} (it is ${describe(valueAt(document, issue.path))})${ending(document, issue, schemaOf(issue.path, kind))}`;
}

/** The schema of a key, or of an entry of a list that is its value. */
function schemaOf(path: PropertyKey[], kind: string): KeySchema {
  const last = path[path.length - 1];
  const names = (typeof last === 'number' ? path.slice(0, -1) : path).join('.');
  const schema = findKey(names, kind)?.schema ?? {};
  return typeof last === 'number' ? (schema.items ?? {}) : schema;
}

/** A sentence on a key that models of this kind, or all recipes, lack. */
export function unknownKey(path: string, kind: string): string {
  const shown = /^[\w.$-]{1,80}$/.test(path) ? path : quote(path);
  const elsewhere = recipeKeys().filter((key) => key.path === path);
  if (elsewhere.length > 0) return `${shown} is a key of ${otherKinds(elsewhere)}.`;
  const nearest = nearestKey(path, kind);
  if (nearest !== undefined) return `${shown} is not a key of a recipe: did you mean ${nearest}?`;
  const group = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return `${shown} is not a key of a recipe: ${group === '' ? 'a recipe' : group} has ${namesIn(group, kind).join(', ')}.`;
}

function otherKinds(keys: RecipeKey[]): string {
  const kinds = keys.flatMap((key) => key.kinds ?? []);
  if (kinds.length === 1) return `${kinds[0]} models: set model.kind=${kinds[0]}`;
  return `${list(kinds, 'and')} models: set model.kind to one of them`;
}

/** Names of the keys in a group, "" for the whole recipe. */
function namesIn(group: string, kind: string): string[] {
  const start = group === '' ? '' : `${group}.`;
  return recipeKeys()
    .filter((key) => key.path.startsWith(start) && key.path !== '$schema' && belongsTo(key, kind))
    .map((key) => key.path.slice(start.length))
    .filter((name) => !name.includes('.'));
}

/** What the value must be, as the end of a sentence. */
function requirement(issues: Issue[], schema: KeySchema): string {
  const [issue] = issues;
  if (issue.code === 'invalid_value' && schema.enum) return `be ${alternatives(schema.enum)}`;
  if (issue.code === 'too_big') return atMost(schema);
  if (issue.code === 'too_small') return atLeast(schema);
  return `be ${typeName(schema)}`;
}

function atMost({ type, maxLength, maxItems, maximum }: KeySchema): string {
  if (type === 'string') return `have at most ${maxLength} characters`;
  if (type === 'array') return `have at most ${maxItems} entries`;
  return `be at most ${maximum}`;
}

function atLeast({ type, minLength, minItems, minimum, exclusiveMinimum }: KeySchema): string {
  if (type === 'string') return `have at least ${minLength} character${minLength === 1 ? '' : 's'}`;
  if (type === 'array') return `have at least ${minItems} ${minItems === 1 ? 'entry' : 'entries'}`;
  return exclusiveMinimum === undefined ? `be at least ${minimum}` : `be more than ${exclusiveMinimum}`;
}

function typeName(schema: KeySchema): string {
  if (schema.enum) return alternatives(schema.enum);
  switch (schema.type) {
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'text in quotes';
    case 'array':
      return 'a list in [ ]';
    default:
      return 'a group of keys in { }';
  }
}

function alternatives(values: unknown[]): string {
  return list(
    values.map((value) => JSON.stringify(value)),
    'or',
  );
}

function list(words: string[], joint: string): string {
  return words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} ${joint} ${words[words.length - 1]}`;
}

/** The end of the sentence: a hint for a slip in the name of a choice, else a full stop. */
function ending(document: unknown, issue: Issue, schema: KeySchema): string {
  const value = valueAt(document, issue.path);
  if (typeof value !== 'string' || schema.enum === undefined) return '.';
  const nearest = nearestName(value, schema.enum.map(String));
  return nearest === undefined ? '.' : `: did you mean ${JSON.stringify(nearest)}?`;
}

function valueAt(document: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? (value as unknown[])[key] : undefined;
    return isObject(value) && typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : undefined;
  }, document);
}

/** A value as a person wrote it, cut short. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return typeof value === 'string' ? quote(value) : String(value);
}

/** Text in quotes, cut short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** Whether a value is a group of keys. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
