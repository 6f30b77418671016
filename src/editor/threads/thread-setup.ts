import type * as vscode from 'vscode';
import { setting } from '../common/settings';
import type { ThreadSetup } from './worker-threads';

/** What a thread is told when it starts, by the settings as they are now. */
export function threadSetup(context: vscode.ExtensionContext): ThreadSetup {
  const { version } = context.extension.packageJSON as { version: string };
  return {
    backend: setting('backend'),
    threads: setting('threads'),
    version,
    moduleFolders: [context.extensionPath, context.globalStorageUri.fsPath],
  };
}
