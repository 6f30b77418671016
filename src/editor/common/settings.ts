import * as vscode from 'vscode';
import type { Recipe } from '../../core/recipe/schema';
import { PREFIX, type SettingName } from './ids';

/** What the settings say, with the types and defaults of the manifest. */
interface Values {
  backend: Recipe['backend'];
  threads: number;
  runsFolder: string;
  defaultRecipe: string;
  openDashboard: boolean;
  'sample.length': number;
  'sample.temperature': number;
  'sample.topP': number;
  'hover.nextToken': 'never' | 'source' | 'always';
  'inlineCompletion.enabled': boolean;
  'inlineCompletion.length': number;
  'tag.onType': boolean;
  'embeddings.hover': boolean;
}

/** A setting's value; for the settings of a folder, `scope` says which. */
export function setting<K extends SettingName>(name: K, scope?: vscode.Uri): Values[K] {
  const value = vscode.workspace.getConfiguration(PREFIX.slice(0, -1), scope).get<Values[K]>(name);
  if (value === undefined) throw new Error(`The manifest lacks the setting ${PREFIX}${name}.`);
  return value;
}

/** Calls back when one of the settings has changed. */
export function onSettingsChange(names: SettingName[], changed: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(PREFIX + name))) changed();
  });
}
