import 'vscode-jsonrpc/browser';
import { openChannel, type Channel, type Port } from '../../src/protocol/channel';
import type { HostContract, PageContract } from '../../src/protocol/dashboard';

/** What VS Code gives to a page. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  channel: Channel<HostContract, PageContract>;
  kept: unknown;
  keep: (state: unknown) => void;
}

/** Opens the page's end of its channel to the extension host. May be called once: VS Code gives its API once. */
export function connect(): Host {
  const api = acquireVsCodeApi();
  const port: Port = {
    post: (message) => api.postMessage(message),
    listen(onMessage) {
      const listener = (event: MessageEvent) => {
        if (isRpc(event.data)) onMessage(event.data);
      };
      window.addEventListener('message', listener);
      return () => window.removeEventListener('message', listener);
    },
  };
  return {
    channel: openChannel<HostContract, PageContract>(port),
    kept: api.getState(),
    keep: (state) => api.setState(state),
  };
}

/** Other things post messages to windows too. */
function isRpc(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'jsonrpc' in data;
}
