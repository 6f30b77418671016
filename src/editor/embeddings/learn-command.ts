import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { Recipe } from '../../core/recipe/schema';
import type { Source, TrainResult } from '../../protocol/worker';
import { command } from '../common/ids';
import { setting } from '../common/settings';
import type { RunsStore } from '../runs/runs-store';
import type { Jobs } from '../train/jobs';
import { builtInChoices, findRecipe, withBudget, type Budget } from '../train/recipes';
import { findTarget, labelOf, sourceOf } from '../train/target';

/** What a key binding or a script may say; what is missing is asked for. */
interface LearnArguments {
  uri?: vscode.Uri;
  recipe?: string;
  budget?: Budget;
}

/** The commands "Learn Embeddings from Current File" and "… from Folder": a method, a run, and then a look at its words. */
export class LearnEmbeddings {
  constructor(
    private readonly jobs: Jobs,
    private readonly runs: RunsStore,
    private readonly showDashboard: () => void,
  ) {}

  /** Handlers of this room's commands. */
  readonly commands = {
    learnEmbeddings: (argument?: unknown) => this.fromFile(readArguments(argument)),
    learnEmbeddingsFromFolder: (argument?: unknown) => this.fromFolder(readArguments(argument)),
  };

  private async fromFile(given: LearnArguments): Promise<TrainResult | undefined> {
    const target = findTarget(given.uri);
    if (!target) {
      throw new UserError(vscode.l10n.t('No text is open: open the file to learn from and run the command again.'));
    }
    return this.learn(target, await sourceOf(target), given);
  }

  private async fromFolder(given: LearnArguments): Promise<TrainResult | undefined> {
    const folder = given.uri ?? (await chooseFolder());
    if (!folder) return undefined;
    const source: Source = { kind: 'file', path: folder.fsPath, label: labelOf(folder), uri: folder.toString() };
    return this.learn(folder, source, given);
  }

  private async learn(target: vscode.Uri, source: Source, given: LearnArguments): Promise<TrainResult | undefined> {
    const busy = this.jobs.current;
    if (busy) throw new UserError(vscode.l10n.t('{0} is training: stop it first.', busy.label));
    const recipe = given.recipe === undefined ? await pickMethod(source.label) : await findRecipe(given.recipe);
    if (!recipe) return undefined;
    if (setting('openDashboard')) this.showDashboard();
    const result = await this.jobs.train({
      recipe: await withBudget(recipe, given.budget),
      source,
      runsFolder: this.runs.folders.forNew(target),
    });
    if (result && result.finished.step > 0) void this.offerExploring(result);
    return result;
  }

  private async offerExploring({ run, record }: TrainResult): Promise<void> {
    const explore = vscode.l10n.t('Explore');
    const words = (record.data?.vocabulary ?? 0).toLocaleString(vscode.env.language);
    const sentence = vscode.l10n.t('{0} words of {1} have vectors.', words, record.source.label);
    const answer = await vscode.window.showInformationMessage(sentence, explore);
    if (answer === explore) await vscode.commands.executeCommand(command('exploreEmbeddings'), { folder: run });
  }
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    title: vscode.l10n.t('Choose a folder of texts'),
    openLabel: vscode.l10n.t('Learn Embeddings'),
  });
  return chosen?.[0];
}

/** The built-in methods; Enter takes the first. Undefined when the person thought better of it. */
async function pickMethod(label: string): Promise<Recipe | undefined> {
  const methods = (await builtInChoices()).filter(({ recipe }) => recipe?.task === 'embeddings');
  const items = methods.map(({ name, description, recipe }) => ({ label: name, detail: description, recipe }));
  const title = vscode.l10n.t('Learn Embeddings from {0}', label);
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.recipe;
}

/** Menus hand over a resource, key bindings and scripts an object. */
function readArguments(argument: unknown): LearnArguments {
  if (argument instanceof vscode.Uri) return { uri: argument };
  if (typeof argument !== 'object' || argument === null) return {};
  const { uri, recipe, budget } = argument as Record<string, unknown>;
  return {
    uri: uri instanceof vscode.Uri ? uri : typeof uri === 'string' ? vscode.Uri.parse(uri, true) : undefined,
    recipe: typeof recipe === 'string' ? recipe : undefined,
    budget: typeof budget === 'object' && budget !== null ? (budget as Budget) : undefined,
  };
}
