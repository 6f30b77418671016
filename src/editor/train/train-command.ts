import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { Recipe } from '../../core/recipe/schema';
import { isGenerated } from '../../core/recipe/tasks';
import type { FormatGuess, Source, TrainResult } from '../../protocol/worker';
import { setting } from '../common/settings';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';
import type { Jobs } from './jobs';
import { pickRecipe } from './recipe-pick';
import type { Preferences } from './recipe-order';
import {
  builtInChoices,
  choicesBeside,
  findRecipe,
  readChoice,
  withBudget,
  workspaceChoices,
  type Budget,
  type RecipeChoice,
} from './recipes';
import { findTarget, isRecipe, labelOf, openTexts, sourceOf } from './target';

/** What a key binding or a script may say; everything that is missing is asked for or found. */
export interface TrainArguments {
  /** The text to train on. */
  uri?: vscode.Uri | string;
  /** A built-in recipe's name or the path of a recipe file; given, nothing is asked. */
  recipe?: string;
  budget?: Budget;
}

/** Characters that are enough to see what a text is. */
const SAMPLE = 65_536;

/** The command "Train on Current File": finds the text, lets a person choose the recipe, and starts the job. */
export class TrainCommand {
  constructor(
    private readonly threads: WorkerThreads,
    private readonly jobs: Jobs,
    private readonly runs: RunsStore,
    private readonly showDashboard: () => void,
  ) {}

  /** Resolves when the training has ended; undefined when it was not begun or failed. Throws UserError. */
  async run(argument?: unknown): Promise<TrainResult | undefined> {
    const given = readArguments(argument);
    if (!(await this.mayStart())) return undefined;
    const front = findTarget(given.uri === undefined ? undefined : toUri(given.uri));
    const recipeFile = front && isRecipe(front) ? front : undefined;
    const own = recipeFile && (await readChoice(recipeFile));
    if (recipeFile && own?.recipe && isGenerated(own.recipe.task)) {
      return this.trainGenerated(own.recipe, recipeFile, given.budget);
    }
    const target = recipeFile ? await pickText(recipeFile) : front;
    if (!target) {
      if (recipeFile) return undefined;
      throw new UserError(vscode.l10n.t('No text is open: open the file to train on and run the command again.'));
    }
    const source = await sourceOf(target);
    const recipe = await this.chooseRecipe(source, target, given.recipe, recipeFile);
    if (!recipe) return undefined;
    if (setting('openDashboard')) this.showDashboard();
    return this.jobs.train({
      recipe: await withBudget(recipe, given.budget),
      source,
      runsFolder: this.runs.folders.forNew(target),
    });
  }

  /** A recipe that makes its own data needs no text. */
  private async trainGenerated(recipe: Recipe, file: vscode.Uri, budget: Budget | undefined) {
    if (setting('openDashboard')) this.showDashboard();
    return this.jobs.train({
      recipe: await withBudget(recipe, budget),
      source: { kind: 'text', text: '', label: vscode.l10n.t('seed {0}', recipe.seed) },
      runsFolder: this.runs.folders.forNew(file),
    });
  }

  private async chooseRecipe(
    source: Source,
    target: vscode.Uri,
    id: string | undefined,
    file: vscode.Uri | undefined,
  ): Promise<Recipe | undefined> {
    if (id !== undefined) return findRecipe(id);
    const own = file && (await readChoice(file));
    if (own?.fault) throw new UserError(own.fault);
    const guess = this.detect(source);
    // The engine loads while the person reads.
    this.threads.warm('train');
    return pickRecipe({
      label: source.label,
      builtIn: await builtInChoices(),
      beside: choicesBeside(target),
      workspace: workspaceChoices(),
      guess,
      preferred: preferredRecipe(own, target),
    });
  }

  /** What fits the text; nothing when the worker cannot tell, because the job itself then says why. */
  private detect(source: Source): Promise<FormatGuess | undefined> {
    const part: Source = source.kind === 'text' ? { ...source, text: source.text.slice(0, SAMPLE) } : source;
    return this.threads.request('train', 'detect', part).catch(() => undefined);
  }

  /** One job at a time: says so, and offers to look at the running one or to stop it. */
  private async mayStart(): Promise<boolean> {
    const job = this.jobs.current;
    if (!job) return true;
    const show = vscode.l10n.t('Show Dashboard');
    const stop = vscode.l10n.t('Stop It and Train This');
    const sentence = vscode.l10n.t('{0} is training already.', job.label);
    const answer = await vscode.window.showInformationMessage(sentence, show, stop);
    if (answer === show) this.showDashboard();
    if (answer !== stop) return false;
    if (this.jobs.current) await this.jobs.stop();
    return true;
  }
}

function preferredRecipe(own: RecipeChoice | undefined, target: vscode.Uri): Preferences['preferred'] {
  if (own) return { id: own.id, reason: vscode.l10n.t('the recipe that you are looking at') };
  const id = setting('defaultRecipe', target).trim();
  return id ? { id, reason: vscode.l10n.t('your default (settings)') } : undefined;
}

/** With a recipe in front, the text is asked for, unless only one is open. */
async function pickText(recipe: vscode.Uri): Promise<vscode.Uri | undefined> {
  const texts = openTexts();
  if (texts.length === 0) {
    throw new UserError(vscode.l10n.t('{0} is a recipe: open the text to train on beside it.', labelOf(recipe)));
  }
  const items = texts.map((uri) => ({ label: labelOf(uri), description: vscode.workspace.asRelativePath(uri), uri }));
  const title = vscode.l10n.t('Train {0} on', labelOf(recipe));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Choose an open text') }))?.uri;
}

/** Menus hand over a resource, key bindings and scripts an object. */
function readArguments(argument: unknown): TrainArguments {
  if (argument instanceof vscode.Uri) return { uri: argument };
  if (typeof argument !== 'object' || argument === null) return {};
  const { uri, recipe, budget } = argument as Record<string, unknown>;
  return {
    uri: uri instanceof vscode.Uri || typeof uri === 'string' ? uri : undefined,
    recipe: typeof recipe === 'string' ? recipe : undefined,
    budget: typeof budget === 'object' && budget !== null ? (budget as Budget) : undefined,
  };
}

function toUri(uri: vscode.Uri | string): vscode.Uri {
  return typeof uri === 'string' ? vscode.Uri.parse(uri, true) : uri;
}
