import 'vscode-jsonrpc/browser';
import { openChannel, type Channel, type Contract, type Port } from '../../src/protocol/channel';

/** What VS Code gives to a page. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** The page's end of its channel: `Theirs` is what the extension host answers, `Ours` what the page hears. */
export interface Host<Theirs extends Contract, Ours extends Contract> {
  channel: Channel<Theirs, Ours>;
  /** What the page kept last, in an earlier life too. */
  kept: unknown;
  keep: (state: unknown) => void;
}

/** Opens the page's end of its channel to the extension host. May be called once: VS Code gives its API once. */
export function connect<Theirs extends Contract, Ours extends Contract>(): Host<Theirs, Ours> {
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
    channel: openChannel<Theirs, Ours>(port),
    kept: api.getState(),
    keep: (state) => api.setState(state),
  };
}

/** Other things post messages to windows too. */
function isRpc(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'jsonrpc' in data;
}

/** The host may put translations, as JSON, into `data-strings` of the body. */
export function readTranslations(): unknown {
  try {
    return JSON.parse(document.body.dataset.strings ?? '{}');
  } catch {
    return {};
  }
}
