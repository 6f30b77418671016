import { UserError } from '../errors';
import { contradiction } from './check';
import { belongsTo, findKey, isGroup, recipeKeys, type KeySchema } from './keys';
import { recipeSchema, type Recipe, type RecipeInput } from './schema';
import { kindIn, isObject, quote, sentence, unknownKey } from './sentence';

/**
 * Checks a recipe document and fills in the defaults. `where` is what the document is called, put before the sentence;
 * an empty `where` puts nothing. Throws UserError: one sentence on the first fault, with the nearest valid key or the
 * limits, or with keys that make no sense together.
 */
export function parseRecipe(value: unknown, where: string): Recipe {
  const result = recipeSchema.safeParse(value);
  if (!result.success) throw new UserError(prefix(where) + sentence(result.error.issues, value));
  const fault = contradiction(result.data);
  if (fault !== undefined) throw new UserError(prefix(where) + fault);
  return result.data;
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
 * A copy of `input` in which the key at `path` ("training.batch") has the value that `text` says ("64"; a list is
 * "3,4,5"). The order of assignments does not matter: a key of another kind of model than the present one is taken, since
 * `model.kind` may yet be set; `parseRecipe` checks the whole. Throws UserError, with the sentences of `parseRecipe`, when
 * there is no such key or it cannot have that value.
 */
export function setByPath(input: RecipeInput, path: string, text: string): RecipeInput {
  const parts = path.split('.');
  const kind = kindIn(input);
  const key = findKey(path, kind);
  if (key === undefined) throw new UserError(unknownKey(path, kind));
  if (isGroup(key)) {
    const inner = recipeKeys().find((other) => other.path.startsWith(`${path}.`) && belongsTo(other, kind));
    throw new UserError(`${path} is a group of keys, not a value: set one of them, such as ${inner?.path}.`);
  }
  const value = convert(text, key.schema);
  const kinds = recipeKeys().flatMap((other) => (other.path === path ? (other.kinds ?? []) : []));
  const order = kinds.length === 0 ? [undefined] : [...kinds].sort((a, b) => Number(b === kind) - Number(a === kind));
  refuseUnlessValid(order.map((each) => nest(each === undefined ? {} : { model: { kind: each } }, parts, value)));
  return nest(input, parts, value) as RecipeInput;
}

/** Throws UserError, on the first of the documents, when none of them is a recipe. */
function refuseUnlessValid(documents: unknown[]): void {
  const results = documents.map((document) => recipeSchema.safeParse(document));
  const [first] = results;
  if (first.success || results.some(({ success }) => success)) return;
  throw new UserError(sentence(first.error.issues, documents[0]));
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
  if (schema.type === 'array') return convertList(trimmed, schema.items ?? {});
  if (schema.type === 'boolean') return trimmed === 'true' ? true : trimmed === 'false' ? false : text;
  return text;
}

/** "3,4,5" or, for entries with commas in them, '["a,b", "c"]'. */
function convertList(text: string, items: KeySchema): unknown {
  if (text === '') return [];
  if (text.startsWith('[')) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text.split(',').map((entry) => convert(entry.trim(), items));
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
