import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { Cancelled, UserError } from '../../../src/core/errors';
import { openChannel, type Channel } from '../../../src/protocol/channel';
import { portOf } from '../../../src/protocol/thread';

interface Theirs {
  requests: {
    double: { params: { value: number }; result: number };
    fail: { params: { kind: 'user' | 'cancelled' | 'bug' }; result: null };
    wait: { params: Record<string, never>; result: string };
    echo: { params: { bytes: Uint8Array }; result: Uint8Array };
    chatter: { params: Record<string, never>; result: null };
  };
  notifications: { hello: { name: string } };
}
interface Ours {
  requests: Record<string, never>;
  notifications: { word: { text: string } };
}

const open: { close(): void }[] = [];
afterEach(() => open.splice(0).forEach((each) => each.close()));

/** Both ends of a channel; the far end answers the requests above. */
function pair(onError?: (error: unknown) => void): { near: Channel<Theirs, Ours>; far: Channel<Ours, Theirs> } {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const near = openChannel<Theirs, Ours>(portOf(port1), onError);
  const far = openChannel<Ours, Theirs>(portOf(port2), onError);
  far.onRequest('double', ({ value }) => 2 * value);
  far.onRequest('fail', async ({ kind }) => {
    if (kind === 'user') throw new UserError('Choose another file.');
    if (kind === 'cancelled') throw new Cancelled();
    throw new TypeError('x is not a function');
  });
  far.onRequest('wait', (_, signal) => {
    return new Promise((_resolve, reject) => {
      if (signal.aborted) reject(new Cancelled());
      signal.addEventListener('abort', () => reject(new Cancelled()));
    });
  });
  far.onRequest('echo', ({ bytes }) => bytes);
  far.onRequest('chatter', () => {
    for (const text of ['a', 'b', 'c']) far.notify('word', { text });
    return null;
  });
  return { near, far };
}

test('a request is answered, also many at once and out of order', async () => {
  const { near } = pair();
  const waiting = new AbortController();
  const slow = near.request('wait', {}, waiting.signal);
  expect(await Promise.all([1, 2, 3].map((value) => near.request('double', { value })))).toEqual([2, 4, 6]);
  waiting.abort();
  await expect(slow).rejects.toBeInstanceOf(Cancelled);
});

test('bytes arrive as bytes', async () => {
  const { near } = pair();
  expect(await near.request('echo', { bytes: Uint8Array.of(1, 2, 255) })).toEqual(Uint8Array.of(1, 2, 255));
});

test('errors keep their kind and their sentence', async () => {
  const { near } = pair();
  const user = await near.request('fail', { kind: 'user' }).catch((error: unknown) => error);
  expect(user).toBeInstanceOf(UserError);
  expect((user as Error).message).toBe('Choose another file.');
  await expect(near.request('fail', { kind: 'cancelled' })).rejects.toBeInstanceOf(Cancelled);
  const bug = await near.request('fail', { kind: 'bug' }).catch((error: unknown) => error);
  expect(bug).not.toBeInstanceOf(UserError);
  expect((bug as Error).message).toBe('x is not a function');
  expect((bug as Error).stack).toContain('channel.test.ts');
});

test('a signal cancels a request, whenever it fires', async () => {
  const { near } = pair();
  const running = new AbortController();
  const request = near.request('wait', {}, running.signal);
  setTimeout(() => running.abort(), 20);
  await expect(request).rejects.toBeInstanceOf(Cancelled);
  // In the same turn: the cancel overtakes the request, which must not then wait for ever.
  const atOnce = new AbortController();
  const overtaken = near.request('wait', {}, atOnce.signal);
  atOnce.abort();
  await expect(overtaken).rejects.toBeInstanceOf(Cancelled);
  await expect(near.request('double', { value: 1 }, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
});

test('what was said before an answer is heard before it', async () => {
  const { near } = pair();
  const heard: string[] = [];
  near.onNotification('word', ({ text }) => heard.push(text));
  await near.request('chatter', {});
  expect(heard).toEqual(['a', 'b', 'c']);
});

test('the fault of a listener is reported and breaks nothing', async () => {
  const onError = vi.fn();
  const { near, far } = pair(onError);
  far.onNotification('hello', () => {
    throw new Error('listener');
  });
  near.notify('hello', { name: 'x' });
  expect(await near.request('double', { value: 4 })).toBe(8);
  expect(onError).toHaveBeenCalledOnce();
  expect((onError.mock.calls[0][0] as Error).message).toBe('listener');
});

test('a channel that closes rejects what waits and ignores what is said later', async () => {
  const { near } = pair();
  const waiting = near.request('wait', {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  near.dispose();
  await expect(waiting).rejects.toThrow('The other end of the channel has closed.');
  await expect(near.request('double', { value: 1 })).rejects.toThrow('has closed');
  expect(() => near.notify('hello', { name: 'x' })).not.toThrow();
  near.dispose();
});

test('a request that nobody answers is an error, not silence', async () => {
  const { near } = pair();
  await expect(near.request('nothing' as 'wait', {})).rejects.toThrow(/nothing/);
});
