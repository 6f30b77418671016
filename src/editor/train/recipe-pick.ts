import * as vscode from 'vscode';
import type { Recipe } from '../../core/recipe/schema';
import type { FormatGuess } from '../../protocol/worker';
import { orderChoices, type OrderedChoice, type Preferences } from './recipe-order';
import type { RecipeChoice } from './recipes';

interface Item extends vscode.QuickPickItem {
  choice?: OrderedChoice;
}

/** What the pick shows; parts that take time may come late. */
export interface PickContents {
  /** What is trained, for the title. */
  label: string;
  builtIn: RecipeChoice[];
  workspace: Promise<RecipeChoice[]>;
  guess: Promise<FormatGuess | undefined>;
  preferred?: Preferences['preferred'];
}

/** Lets a person choose a recipe; Enter takes the first. Undefined when they thought better of it. */
export function pickRecipe({ label, builtIn, workspace, guess, preferred }: PickContents): Promise<Recipe | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Train on {0}', label);
  pick.placeholder = vscode.l10n.t('Choose a recipe; Enter takes the first');
  pick.matchOnDescription = true;
  let known: { choices: RecipeChoice[]; preferences: Preferences } = { choices: builtIn, preferences: { preferred } };
  const show = (more: Partial<typeof known>) => {
    known = { ...known, ...more };
    const active = pick.activeItems[0]?.choice?.id;
    const moved = active !== undefined && active !== pick.items[0]?.choice?.id;
    pick.items = toItems(orderChoices(known.choices, known.preferences));
    // A person who has moved in the list stays where they are.
    const same = moved ? pick.items.find((item) => item.choice?.id === active) : undefined;
    if (same) pick.activeItems = [same];
  };
  show({});
  pick.busy = true;
  void Promise.allSettled([
    workspace.then((found) => show({ choices: [...builtIn, ...found] })),
    guess.then((found) => show({ preferences: { preferred, guess: found } })),
  ]).then(() => (pick.busy = false));
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const choice = pick.selectedItems[0]?.choice;
      if (choice?.uri && !choice.recipe) void vscode.window.showTextDocument(choice.uri);
      if (!choice) return;
      resolve(choice.recipe);
      pick.hide();
    });
    pick.onDidTriggerItemButton(({ item }) => item.choice?.uri && void vscode.window.showTextDocument(item.choice.uri));
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function toItems(choices: OrderedChoice[]): Item[] {
  const parts = [
    { title: undefined, choices: choices.filter((choice) => choice.reason) },
    { title: vscode.l10n.t('built in'), choices: choices.filter((choice) => !choice.reason && !choice.uri) },
    {
      title: vscode.l10n.t('workspace'),
      choices: choices.filter((choice) => !choice.reason && choice.uri && choice.recipe),
    },
    {
      title: vscode.l10n.t('with a mistake (Enter opens the file)'),
      choices: choices.filter((choice) => !choice.recipe),
    },
  ];
  return parts.flatMap(({ title, choices: part }) => [
    ...(title && part.length > 0 ? [{ label: title, kind: vscode.QuickPickItemKind.Separator }] : []),
    ...part.map(toItem),
  ]);
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
