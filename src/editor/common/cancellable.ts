import * as vscode from 'vscode';

/** Does some work that a person can watch and cancel. */
export function cancellable<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (_, token) => {
    const controller = new AbortController();
    const listener = token.onCancellationRequested(() => controller.abort());
    try {
      return await work(controller.signal);
    } finally {
      listener.dispose();
    }
  });
}
