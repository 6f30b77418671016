import * as vscode from 'vscode';
import { command, type CommandId } from './ids';
import type { Reporter } from './reporter';

export type CommandTable = Record<CommandId, (argument?: unknown) => unknown>;

/** Registers all commands; what one throws is shown once, as a sentence, and the command then answers nothing. */
export function registerCommands(table: CommandTable, reporter: Reporter): vscode.Disposable[] {
  return Object.entries(table).map(([name, run]) =>
    vscode.commands.registerCommand(command(name as CommandId), (argument?: unknown) =>
      reporter.guard(() => run(argument)),
    ),
  );
}
