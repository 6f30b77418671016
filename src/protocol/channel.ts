import {
  AbstractMessageReader,
  AbstractMessageWriter,
  CancellationTokenSource,
  createMessageConnection,
  RAL,
  ResponseError,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  type MessageWriter,
} from 'vscode-jsonrpc';
import { Cancelled, UserError } from '../core/errors';

/**
 * One mechanism for every channel (extension host to worker thread, extension host to page): JSON-RPC requests, replies,
 * errors, notifications and cancellation over anything that can post a message and hear one.
 */
export interface Port {
  post(message: unknown): void;
  /** Returns a function that stops listening. */
  listen(onMessage: (message: unknown) => void): () => void;
}

/** A contract: what each side may ask of the other, and what it may say without waiting for an answer. */
export interface Contract {
  requests: Record<string, { params: unknown; result: unknown }>;
  notifications: Record<string, unknown>;
}

/** One end of a channel. `Theirs` is what the other end answers, `Ours` what this end answers. */
export interface Channel<Theirs extends Contract, Ours extends Contract> {
  /** Throws UserError or Cancelled when the other end did, and Error for everything else. */
  request<K extends keyof Theirs['requests'] & string>(
    name: K,
    params: Theirs['requests'][K]['params'],
    signal?: AbortSignal,
  ): Promise<Theirs['requests'][K]['result']>;
  notify<K extends keyof Theirs['notifications'] & string>(name: K, params: Theirs['notifications'][K]): void;
  onRequest<K extends keyof Ours['requests'] & string>(
    name: K,
    handle: (
      params: Ours['requests'][K]['params'],
      signal: AbortSignal,
    ) => Promise<Ours['requests'][K]['result']> | Ours['requests'][K]['result'],
  ): void;
  onNotification<K extends keyof Ours['notifications'] & string>(
    name: K,
    handle: (params: Ours['notifications'][K]) => void,
  ): void;
  /** Rejects everything that still waits. */
  dispose(): void;
}

const USER_ERROR = 1;
const CANCELLED = 2;
/** JSON-RPC's own code for a request that was cancelled (Language Server Protocol 3.17, ErrorCodes). */
const REQUEST_CANCELLED = -32800;
const INTERNAL_ERROR = -32603;

/**
 * What vscode-jsonrpc asks of its host. Its own versions are one for Node and one for browsers, and this file serves
 * both; since messages here are objects, not bytes, only timers and the console are ever used.
 */
function installRuntime(): void {
  const host = globalThis as unknown as { setImmediate?: (run: () => void) => void };
  const bytesAreNotUsed = (): never => {
    throw new Error('Channels carry objects, not bytes.');
  };
  RAL.install({
    crypto: { randomUUID: bytesAreNotUsed },
    applicationJson: {
      encoder: { name: 'none', encode: bytesAreNotUsed },
      decoder: { name: 'none', decode: bytesAreNotUsed },
    },
    messageBuffer: { create: bytesAreNotUsed },
    console,
    timer: {
      setTimeout(callback, ms, ...args) {
        const handle = setTimeout(callback, ms, ...args);
        return { dispose: () => clearTimeout(handle) };
      },
      setImmediate(callback, ...args) {
        let disposed = false;
        const run = () => void (disposed || callback(...args));
        // Pages lack setImmediate, and their timers are slowed down while they are hidden.
        if (host.setImmediate) host.setImmediate(run);
        else queueMicrotask(run);
        return { dispose: () => (disposed = true) };
      },
      setInterval(callback, ms, ...args) {
        const handle = setInterval(callback, ms, ...args);
        return { dispose: () => clearInterval(handle) };
      },
    },
  });
}
installRuntime();

class PortReader extends AbstractMessageReader {
  constructor(private readonly port: Port) {
    super();
  }
  listen(callback: DataCallback): Disposable {
    return { dispose: this.port.listen((message) => callback(message as Message)) };
  }
}

class PortWriter extends AbstractMessageWriter implements MessageWriter {
  constructor(private readonly port: Port) {
    super();
  }
  async write(message: Message): Promise<void> {
    this.port.post(message);
  }
  end(): void {}
}

/**
 * Opens this end of a channel. Both ends must be opened; order does not matter as long as the port queues.
 * @param onError hears what handlers of notifications throw, since nobody waits for their answer
 */
export function openChannel<Theirs extends Contract, Ours extends Contract>(
  port: Port,
  onError: (error: unknown) => void = console.error,
): Channel<Theirs, Ours> {
  const connection: MessageConnection = createMessageConnection(new PortReader(port), new PortWriter(port));
  let disposed = false;
  connection.listen();
  return {
    async request(name, params, signal) {
      if (signal?.aborted) throw new Cancelled();
      if (disposed) throw new Error(CLOSED);
      const source = new CancellationTokenSource();
      const abort = () => source.cancel();
      signal?.addEventListener('abort', abort);
      try {
        return await connection.sendRequest(name, params, source.token);
      } catch (error) {
        throw disposed ? new Error(CLOSED) : revive(error);
      } finally {
        signal?.removeEventListener('abort', abort);
        source.dispose();
      }
    },
    notify(name, params) {
      // Nobody is there to hear it, which is what a notification allows.
      if (disposed) return;
      connection.sendNotification(name, params).catch(onError);
    },
    onRequest(name, handle) {
      connection.onRequest(name, async (params, token) => {
        const controller = new AbortController();
        // A cancel that came before the request was taken up has already fired.
        if (token.isCancellationRequested) controller.abort();
        const listener = token.onCancellationRequested(() => controller.abort());
        try {
          return await handle(params, controller.signal);
        } catch (error) {
          throw flatten(error);
        } finally {
          listener.dispose();
        }
      });
    },
    onNotification(name, handle) {
      connection.onNotification(name, (params) => {
        try {
          handle(params);
        } catch (error) {
          onError(error);
        }
      });
    },
    dispose() {
      disposed = true;
      connection.dispose();
    },
  };
}

const CLOSED = 'The other end of the channel has closed.';

function flatten(error: unknown): ResponseError<string> {
  if (error instanceof UserError) return new ResponseError(USER_ERROR, error.message);
  if (error instanceof Cancelled) return new ResponseError(CANCELLED, error.message);
  const stack = error instanceof Error ? error.stack : undefined;
  return new ResponseError(INTERNAL_ERROR, error instanceof Error ? error.message : String(error), stack);
}

function revive(error: unknown): Error {
  if (!(error instanceof ResponseError)) return error instanceof Error ? error : new Error(String(error));
  if (error.code === USER_ERROR) return new UserError(error.message);
  if (error.code === CANCELLED || error.code === REQUEST_CANCELLED) return new Cancelled(error.message);
  const plain = new Error(error.message);
  if (typeof error.data === 'string') plain.stack = error.data;
  return plain;
}
