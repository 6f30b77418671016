import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { Recipe, RecipeInput } from '../../core/recipe/schema';
import { isGenerated } from '../../core/recipe/tasks';
import type { ResumeJob } from '../../protocol/worker';
import { RECIPE_SUFFIX } from '../common/ids';
import { labelOf } from './target';

/** A recipe to choose. */
export interface RecipeChoice {
  /** How settings and automation name it: a built-in name, or the file's path in the workspace. */
  id: string;
  name: string;
  description: string;
  /** Where the recipe is written; absent for built-in ones. */
  uri?: vscode.Uri;
  /** Absent when the file is broken. */
  recipe?: Recipe;
  /** What is wrong with the file, in one sentence. */
  fault?: string;
}

export type Budget = NonNullable<ResumeJob['budget']>;

/** Files that are looked at, at most. */
const MOST_FILES = 100;

/** Loaded at first use: the schema library is no part of a quick start. */
const core = () => import(/* webpackMode: "eager" */ '../../core/recipe');

/** The built-in recipes that learn from a text; those that make their own data are no way to train on one. */
export async function builtInChoices(): Promise<RecipeChoice[]> {
  const { builtInRecipes, parseRecipe } = await core();
  const choices = builtInRecipes.map(({ name, description, recipe }) => ({
    id: name,
    name,
    description,
    recipe: parseRecipe(recipe, name),
  }));
  return choices.filter(({ recipe }) => !isGenerated(recipe.task));
}

/** The recipes of the workspace, broken ones with what is wrong with them. */
export async function workspaceChoices(): Promise<RecipeChoice[]> {
  const uris = await vscode.workspace.findFiles(`**/*${RECIPE_SUFFIX}`, '**/{node_modules,.git}/**', MOST_FILES);
  const choices = await Promise.all(uris.map(readChoice));
  return choices.sort((a, b) => a.id.localeCompare(b.id));
}

/** The recipes in the folder of a text; none where folders cannot be looked at. */
export async function choicesBeside(text: vscode.Uri): Promise<RecipeChoice[]> {
  if (text.scheme === 'untitled') return [];
  const folder = vscode.Uri.joinPath(text, '..');
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    const names = entries.map(([name]) => name).filter((name) => name.endsWith(RECIPE_SUFFIX));
    return await Promise.all(names.slice(0, MOST_FILES).sort().map((name) => readChoice(vscode.Uri.joinPath(folder, name)))); // prettier-ignore
  } catch {
    return [];
  }
}

/** Reads a recipe file as it is on the screen, or on disk when it is not open. */
export async function readChoice(uri: vscode.Uri): Promise<RecipeChoice> {
  const where = vscode.workspace.asRelativePath(uri);
  const label = labelOf(uri).slice(0, -RECIPE_SUFFIX.length);
  try {
    const { parseRecipeText, withLocatedFiles } = await core();
    const beside = (file: string): string => path.resolve(path.dirname(uri.fsPath), file);
    const recipe = withLocatedFiles(parseRecipeText(await textOf(uri), where), beside);
    const name = recipe.name === 'custom' ? label : recipe.name;
    return { id: where, name, description: recipe.description, uri, recipe: { ...recipe, name } };
  } catch (error) {
    const fault = error instanceof UserError ? error.message : vscode.l10n.t('{0} cannot be read.', where);
    return { id: where, name: label, description: '', uri, fault };
  }
}

/** The recipe that a setting, a key binding or a script names. Throws UserError. */
export async function findRecipe(id: string): Promise<Recipe> {
  if (!id.endsWith('.json')) {
    const { findBuiltIn, parseRecipe } = await core();
    return parseRecipe(findBuiltIn(id).recipe, id);
  }
  const choice = await readChoice(recipeUri(id));
  if (!choice.recipe) throw new UserError(choice.fault ?? vscode.l10n.t('{0} cannot be read.', id));
  return choice.recipe;
}

/** The recipe with another budget in place of its own. Throws UserError when a number is absurd. */
export async function withBudget(recipe: Recipe, budget: Budget | undefined): Promise<Recipe> {
  if (!budget) return recipe;
  const { minutes, steps, epochs } = budget;
  const changed: RecipeInput = { ...recipe, training: { ...recipe.training, minutes, steps, epochs } };
  return (await core()).parseRecipe(changed, vscode.l10n.t('Budget'));
}

function recipeUri(id: string): vscode.Uri {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(id)) return vscode.Uri.parse(id, true);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const absolute = id.startsWith('/') || /^[a-z]:[\\/]/i.test(id);
  return folder && !absolute ? vscode.Uri.joinPath(folder, id) : vscode.Uri.file(id);
}

async function textOf(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return open ? open.getText() : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
