import type { z } from 'zod';
import { UserError } from '../errors';
import { findKey, nearestKey, nearestName, recipeKeys, type KeySchema } from './keys';
import { recipeSchema, type Recipe, type RecipeInput } from './schema';

type Issue = z.core.$ZodIssue;

/**
 * Checks a recipe document and fills in the defaults. `where` is what the document is called, put before the sentence;
 * an empty `where` puts nothing. Throws UserError: one sentence on the first fault, with the nearest valid key or the
 * limits.
 */
export function parseRecipe(value: unknown, where: string): Recipe {
  const result = recipeSchema.safeParse(value);
  if (result.success) return result.data;
  throw new UserError(prefix(where) + sentence(result.error.issues, value));
}

/**
 * Reads the text of a recipe file. A run's `run.json` is also taken: its recipe repeats the run. Throws UserError.
 */
export function parseRecipeText(text: string, where: string): Recipe {
  const document = parseJson(text, where);
  const isRun = isObject(document) && 'schemaVersion' in document && 'recipe' in document;
  return parseRecipe(isRun ? document.recipe : document, where);
}

/**
 * A copy of `input` in which the key at `path` ("training.batch") has the value that `text` says ("64"). Throws
 * UserError, with the sentences of `parseRecipe`, when there is no such key or it cannot have that value.
 */
export function setByPath(input: RecipeInput, path: string, text: string): RecipeInput {
  const parts = path.split('.');
  const key = findKey(path);
  if (key?.schema.properties) {
    throw new UserError(
      `${path} is a group of keys, not a value: set one of them, such as ${path}.${Object.keys(key.schema.properties)[0]}.`,
    );
  }
  if (key === undefined) throw new UserError(unknownKey(path));
  const value = convert(text, key.schema);
  parseRecipe(nest({}, parts, value), '');
  return nest(input, parts, value) as RecipeInput;
}

/** `setByPath` for an assignment as people write it on a command line: "training.batch=64". Throws UserError. */
export function setByAssignment(input: RecipeInput, assignment: string): RecipeInput {
  const equals = assignment.indexOf('=');
  if (equals < 1) {
    throw new UserError(
      `${quote(assignment)} does not set anything: write a key, =, and a value, such as training.batch=64.`,
    );
  }
  return setByPath(input, assignment.slice(0, equals).trim(), assignment.slice(equals + 1));
}

/** Parses JSON. Throws UserError that names line and column. */
function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    throw new UserError(
      `${where} is not valid JSON${position === undefined ? '' : ` (${lineAndColumn(text, Number(position))})`}: correct it there and try again.`,
    );
  }
}

function lineAndColumn(text: string, position: number): string {
  const lines = text.slice(0, position).split('\n');
  return `line ${lines.length}, column ${lines[lines.length - 1].length + 1}`;
}

/** What `text` means for a key of this type; text that does not fit stays text, and the schema then refuses it. */
function convert(text: string, schema: KeySchema): unknown {
  const trimmed = text.trim();
  if (schema.type === 'number' || schema.type === 'integer') {
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text;
  }
  if (schema.type === 'boolean') return trimmed === 'true' ? true : trimmed === 'false' ? false : text;
  return text;
}

/** A copy of `target` with `value` at the path; only plain own keys are followed. */
function nest(target: unknown, [name, ...rest]: string[], value: unknown): unknown {
  const copy = isObject(target) ? { ...target } : {};
  const inner = Object.hasOwn(copy, name) ? copy[name] : undefined;
  Object.defineProperty(copy, name, {
    value: rest.length === 0 ? value : nest(inner, rest, value),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

function prefix(where: string): string {
  return where === '' ? '' : `${where}: `;
}

/** One sentence on the first fault. */
function sentence(issues: Issue[], document: unknown): string {
  const issue = issues[0];
  if (issue.code === 'unrecognized_keys') return unknownKey([...issue.path, issue.keys[0]].join('.'));
  const path = issue.path.join('.');
  if (path === '') return `a recipe is a JSON object, not ${describe(document)}: write { } for the default recipe.`;
  return `${path} must ${requirement(
    issues.filter((other) => other.path.join('.') === path),
    path,
  )} (it is ${describe(valueAt(document, issue.path))})${ending(document, issue, path)}`;
}

function unknownKey(path: string): string {
  const shown = /^[\w.$-]{1,80}$/.test(path) ? path : quote(path);
  const nearest = nearestKey(path);
  if (nearest !== undefined) return `${shown} is not a key of a recipe: did you mean ${nearest}?`;
  const group = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return `${shown} is not a key of a recipe: ${group === '' ? 'a recipe' : group} has ${namesIn(group).join(', ')}.`;
}

/** Names of the keys in a group, "" for the whole recipe. */
function namesIn(group: string): string[] {
  const start = group === '' ? '' : `${group}.`;
  return recipeKeys()
    .map((key) => key.path)
    .filter((path) => path.startsWith(start) && path !== '$schema')
    .map((path) => path.slice(start.length))
    .filter((name) => !name.includes('.'));
}

/** What the value must be, as the end of a sentence. */
function requirement(issues: Issue[], path: string): string {
  const schema = findKey(path)?.schema ?? {};
  const [issue] = issues;
  if (issue.code === 'invalid_value' && schema.enum) return `be ${alternatives(schema.enum)}`;
  if (issue.code === 'too_big') {
    if (schema.type === 'string') return `have at most ${schema.maxLength} characters`;
    return `be at most ${schema.maximum}`;
  }
  if (issue.code === 'too_small') {
    if (schema.type === 'string')
      return `have at least ${schema.minLength} character${schema.minLength === 1 ? '' : 's'}`;
    return schema.exclusiveMinimum === undefined
      ? `be at least ${schema.minimum}`
      : `be more than ${schema.exclusiveMinimum}`;
  }
  return `be ${typeName(schema)}`;
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
    default:
      return 'a group of keys in { }';
  }
}

function alternatives(values: unknown[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')} or ${quoted[quoted.length - 1]}`;
}

/** The end of the sentence: a hint for a slip in the name of a choice, else a full stop. */
function ending(document: unknown, issue: Issue, path: string): string {
  const value = valueAt(document, issue.path);
  const choices = findKey(path)?.schema.enum;
  if (typeof value !== 'string' || choices === undefined) return '.';
  const nearest = nearestName(value, choices.map(String));
  return nearest === undefined ? '.' : `: did you mean ${JSON.stringify(nearest)}?`;
}

function valueAt(document: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && typeof key === 'string' ? value[key] : undefined),
    document,
  );
}

/** A value as a person wrote it, cut short. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return typeof value === 'string' ? quote(value) : String(value);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
