import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Cancelled, UserError } from '../../../src/core/errors';
import { Reporter } from '../../../src/editor/common/reporter';
import { runSetup } from '../../../src/editor/tensorflow/setup-process';
import { TensorflowSetup } from '../../../src/editor/tensorflow/tensorflow-setup';

const vscode = vi.hoisted(() => ({
  workspace: { isTrusted: true },
  /** What was shown: kind, text, buttons. */
  shown: [] as unknown[][],
  cancel: undefined as (() => void) | undefined,
}));
vi.mock('vscode', () => {
  const show =
    (kind: string) =>
    (...words: unknown[]) =>
      Promise.resolve(void vscode.shown.push([kind, ...words]));
  return {
    workspace: vscode.workspace,
    l10n: { t: (text: string) => text },
    ProgressLocation: { Notification: 15 },
    commands: { executeCommand: vi.fn() },
    window: {
      showInformationMessage: show('information'),
      showErrorMessage: show('error'),
      showWarningMessage: show('warning'),
      withProgress: (_: object, task: (progress: object, token: object) => unknown) =>
        task(
          { report: ({ message }: { message: string }) => vscode.shown.push(['progress', message]) },
          { onCancellationRequested: (listener: () => void) => (vscode.cancel = listener) },
        ),
    },
  };
});

function script(source: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'sequence-lab-')), 'setup.cjs');
  writeFileSync(path, source);
  return path;
}
const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const reporter = () => new Reporter(log as never);
const threads = { renew: vi.fn(async () => undefined) };
const commandWith = (source: string) => new TensorflowSetup(script(source), threads, reporter());

beforeEach(() => {
  vscode.shown.length = 0;
  vscode.workspace.isTrusted = true;
  vi.clearAllMocks();
});

describe('Set Up TensorFlow Runtime', () => {
  test('shows the steps, then one sentence, and the next job gets a new thread', async () => {
    const source = `console.log('tensorflow: installing'); console.log('tensorflow: ready, in a folder');`;
    expect(await commandWith(source).run()).toBe(true);
    expect(vscode.shown).toEqual([
      ['progress', 'installing'],
      ['progress', 'ready, in a folder'],
      ['information', 'TensorFlow is ready: set "sequenceLab.backend" to "tensorflow" to train with it.', 'Show Log'],
    ]);
    expect(log.info.mock.calls.flat()).toEqual(['[tensorflow] installing', '[tensorflow] ready, in a folder']);
    expect(threads.renew).toHaveBeenCalledOnce();
  });

  test('why it failed is one sentence with a way to the log', async () => {
    const sentence = 'TensorFlow could not be set up: its own installer failed, and the other way needs g++.';
    expect(await commandWith(`console.error(${JSON.stringify(sentence)}); process.exitCode = 1;`).run()).toBe(false);
    expect(vscode.shown).toEqual([['error', sentence, 'Show Log']]);
    expect(threads.renew).not.toHaveBeenCalled();
  });

  test('cancelling ends the setup and says nothing', async () => {
    const running = commandWith(`console.log('tensorflow: waiting'); setInterval(() => {}, 1000);`).run();
    await vi.waitFor(() => expect(vscode.shown).toEqual([['progress', 'waiting']]), 10_000);
    vscode.cancel?.();
    expect(await running).toBe(false);
    expect(vscode.shown).toHaveLength(1);
  });

  test('runs once at a time, and never in a workspace that is not trusted', async () => {
    const command = commandWith('');
    const first = command.run();
    await expect(command.run()).rejects.toThrow('TensorFlow is being set up already.');
    await first;
    vscode.workspace.isTrusted = false;
    await expect(command.run()).rejects.toThrow(/downloads and builds programs: trust this workspace first\.$/);
  });
});

describe('the process of the setup', () => {
  const run = (source: string) => runSetup(script(source), () => undefined, new AbortController().signal);

  test('runs as Node, installs no system packages, and is not debugged', async () => {
    const { ELECTRON_RUN_AS_NODE, SEQUENCE_LAB_NO_APT, NODE_OPTIONS } = {
      ELECTRON_RUN_AS_NODE: '1',
      SEQUENCE_LAB_NO_APT: '1',
      NODE_OPTIONS: '',
    };
    const expected = JSON.stringify([ELECTRON_RUN_AS_NODE, SEQUENCE_LAB_NO_APT, NODE_OPTIONS]);
    const names = ['ELECTRON_RUN_AS_NODE', 'SEQUENCE_LAB_NO_APT', 'NODE_OPTIONS'];
    const source = `
      const seen = JSON.stringify(${JSON.stringify(names)}.map((name) => process.env[name]));
      if (seen !== ${JSON.stringify(expected)}) process.exit(1);`;
    vi.stubEnv('NODE_OPTIONS', '--inspect-brk');
    await expect(run(source)).resolves.toBeUndefined();
    vi.unstubAllEnvs();
  });

  test('a sentence is for the person, a stack is a fault of ours', async () => {
    await expect(run(`console.error('Install g++.'); process.exit(1)`)).rejects.toThrow(new UserError('Install g++.'));
    const fault = await run('throw new TypeError("broken")').catch((error: Error) => error);
    expect(fault).not.toBeInstanceOf(UserError);
    expect((fault as Error).message).toMatch(/ended with code 1\.[^]*TypeError: broken/);
    const aborted = runSetup(script('setInterval(() => {}, 1000)'), () => undefined, AbortSignal.abort());
    await expect(aborted).rejects.toBeInstanceOf(Cancelled);
  });
});
