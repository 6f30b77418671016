import type * as vscode from 'vscode';
import type { Port } from '../../protocol/channel';

/**
 * A page as the end of a channel. What is posted to a hidden page would wait for the next one, which has not asked for
 * it.
 */
export function webviewPort(webview: vscode.Webview, alive: () => boolean): Port {
  return {
    post: (message) => void (alive() && webview.postMessage(message)),
    listen: (onMessage) => {
      const listener = webview.onDidReceiveMessage(onMessage);
      return () => void listener.dispose();
    },
  };
}
