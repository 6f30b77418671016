import * as vscode from 'vscode';
import { PREFIX, type ContextValues } from './ids';

/** Tells the workbench what is going on, so that commands show and hide; a value that it knows already is not sent. */
export class ContextKeys {
  private readonly known = new Map<keyof ContextValues, unknown>();

  set<K extends keyof ContextValues>(name: K, value: ContextValues[K]): void {
    if (this.known.get(name) === value) return;
    this.known.set(name, value);
    void vscode.commands.executeCommand('setContext', PREFIX + name, value);
  }

  get<K extends keyof ContextValues>(name: K): ContextValues[K] | undefined {
    return this.known.get(name) as ContextValues[K] | undefined;
  }
}
