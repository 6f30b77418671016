import * as vscode from 'vscode';
import type { Recipe } from '../../core/recipe/schema';
import type { FormatGuess } from '../../protocol/worker';
import { orderChoices, type ChoiceGroup, type OrderedChoice, type Preferences } from './recipe-order';
import type { RecipeChoice } from './recipes';

interface Item extends vscode.QuickPickItem {
  choice?: OrderedChoice;
}

/** What the pick shows; parts that take time may come late. */
export interface PickContents {
  /** What is trained, for the title. */
  label: string;
  builtIn: RecipeChoice[];
  /** Recipes in the folder of the text. */
  beside: Promise<RecipeChoice[]>;
  workspace: Promise<RecipeChoice[]>;
  guess: Promise<FormatGuess | undefined>;
  preferred?: Preferences['preferred'];
}

/**
 * Lets a person choose a recipe; Enter takes the first. The list is empty until the text was looked at, so that its
 * first row never changes under a finger: an Enter before that waits. Undefined when the person thought better of it.
 */
export function pickRecipe(contents: PickContents): Promise<Recipe | undefined> {
  const { label, builtIn, preferred } = contents;
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Train on {0}', label);
  pick.placeholder = vscode.l10n.t('Looking at {0}…', label);
  pick.matchOnDescription = true;
  pick.busy = true;
  return new Promise((resolve) => {
    let hurried = false;
    const take = (choice: OrderedChoice | undefined) => {
      if (choice?.uri && !choice.recipe) void vscode.window.showTextDocument(choice.uri);
      if (!choice) return;
      resolve(choice.recipe);
      pick.hide();
    };
    const show = (choices: RecipeChoice[], preferences: Preferences) => {
      const active = pick.activeItems[0]?.choice?.id;
      const moved = active !== undefined && active !== pick.items[0]?.choice?.id;
      pick.items = toItems(orderChoices(choices, preferences));
      // A person who has moved in the list stays where they are.
      const same = moved ? pick.items.find((item) => item.choice?.id === active) : undefined;
      if (same) pick.activeItems = [same];
      if (hurried) take(pick.items.find(({ choice }) => choice)?.choice);
    };
    const look = async () => {
      const [beside, guess] = await Promise.all([contents.beside, contents.guess]);
      const reason = vscode.l10n.t('lies beside this file');
      const preferences = { preferred, beside: { ids: beside.map(({ id }) => id), reason }, guess };
      pick.placeholder = vscode.l10n.t('Choose a recipe; Enter takes the first');
      show([...builtIn, ...beside], preferences);
      const known = new Set(beside.map(({ id }) => id));
      const others = (await contents.workspace).filter(({ id }) => !known.has(id));
      if (others.length > 0) show([...builtIn, ...beside, ...others], preferences);
      pick.busy = false;
    };
    pick.onDidAccept(() => {
      hurried = pick.items.length === 0;
      take(pick.selectedItems[0]?.choice);
    });
    pick.onDidTriggerItemButton(({ item }) => item.choice?.uri && void vscode.window.showTextDocument(item.choice.uri));
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
    void look();
  });
}

function toItems(choices: OrderedChoice[]): Item[] {
  const titles: Record<ChoiceGroup, string | undefined> = {
    first: undefined,
    fits: vscode.l10n.t('fit this file too'),
    builtIn: vscode.l10n.t('built in'),
    workspace: vscode.l10n.t('workspace'),
    broken: vscode.l10n.t('with a mistake (Enter opens the file)'),
  };
  return choices.flatMap((choice, place) => {
    const title = choices[place - 1]?.group === choice.group ? undefined : titles[choice.group];
    const separator = title ? [{ label: title, kind: vscode.QuickPickItemKind.Separator }] : [];
    return [...separator, toItem(choice)];
  });
}

function toItem(choice: OrderedChoice): Item {
  const openFile = { iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: vscode.l10n.t('Open the Recipe') };
  return {
    choice,
    label: choice.fault ? `$(error) ${choice.name}` : choice.name,
    description: choice.reason ?? (choice.uri && choice.id),
    detail: choice.fault ?? choice.description,
    buttons: choice.uri ? [openFile] : [],
  };
}
