import { strict as assert } from 'node:assert';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';

export const EXTENSION = 'sequence-lab.sequence-lab';

interface Record {
  name: string;
  status: string;
  step: number;
  time: number;
  best?: { step: number; validationLoss: number };
  environment: { backend: string };
}
interface Event {
  event: string;
  step: number;
  resumed?: boolean;
  loss?: number;
}
export interface Result {
  run: string;
  record: Record;
  finished: { reason: string; step: number };
}

/** A labelled stretch of a line. */
export interface Span {
  start: number;
  end: number;
  label: string;
  probability: number;
  annotated?: boolean;
}

/** What the tests use of the object that the extension returns to them. */
export interface Api {
  milliseconds: number;
  ready: Promise<void>;
  runs: {
    list(): Promise<{ folder: string; record: Record; live: boolean }[]>;
    refresh(): Promise<void>;
    events(folder: string): Promise<Event[]>;
    liveEvents(folder: string): Event[];
    current(): Promise<{ folder: string } | undefined>;
    select(folder: string | undefined): Promise<void>;
    onRunEvents: vscode.Event<{ folder: string; events: Event[] }>;
  };
  jobs: {
    current?: {
      folder?: string;
      paused: boolean;
      stopping: boolean;
      progress: { step: number; loss?: number; paused: boolean };
    };
    onEnd: vscode.Event<unknown>;
  };
  status: { text: string };
  dashboard: { visible: boolean; hydrated: boolean };
  threads: {
    terminate(): Promise<void>;
    request(
      role: 'predict',
      name: 'doctor',
      params: { measure: boolean },
    ): Promise<{ backends: { name: string; available: boolean }[] }>;
  };
  reporter: { notices: { severity: string; sentence: string }[] };
  keys: { get(name: string): unknown };
}

export async function activate(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>(EXTENSION);
  assert.ok(extension, 'the extension is installed');
  const api = await extension.activate();
  await api.ready;
  return api;
}

export function run<T>(name: string, argument?: unknown): Thenable<T> {
  return vscode.commands.executeCommand<T>(`sequenceLab.${name}`, argument);
}

/** Waits for a state, never for a time. */
export async function until<T>(what: string, look: () => T | PromiseLike<T>, seconds = 30): Promise<NonNullable<T>> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > end) throw new Error(`in vain waited for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A text with some order in it, `lines` lines of about 30 characters. */
export function verses(lines: number): string {
  const names = ['the river', 'a lantern', 'my neighbour', 'the clock', 'an old song'];
  const deeds = ['sings at noon', 'waits for rain', 'counts the stairs', 'is late again', 'knows the way'];
  return Array.from({ length: lines }, (_, i) => `${names[i % 5]} ${deeds[(i * 7 + (i >> 3)) % 5]}, ${i % 13};\n`).join(
    '',
  );
}

let texts = 0;

/**
 * A document that was never saved, in the editor in front. Each has a name of its own: VS Code gives the names of closed
 * ones to new ones, and under load the text of the old one with it.
 */
export async function showText(content: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.from({ scheme: 'untitled', path: `Text-${++texts}` });
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  // Under load VS Code may answer while the editor before it is still in front.
  const editor = await until('the new document in front', () => {
    const active = vscode.window.activeTextEditor;
    return active?.document === document ? active : undefined;
  });
  assert.ok(await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), content)));
  return editor;
}

export function workspaceUri(...names: string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return vscode.Uri.joinPath(folder.uri, ...names);
}

/** A recipe that learns in seconds. */
export const SMALL = {
  model: { embedding: 8, hidden: 24 },
  training: { batch: 4, length: 16, rate: 0.01 },
  evaluation: { baselineOrder: 3, sampleLength: 20 },
};

export async function writeRecipe(name: string, recipe: object): Promise<string> {
  await vscode.workspace.fs.writeFile(workspaceUri(name), Buffer.from(JSON.stringify(recipe)));
  return name;
}

/** Trains a small model on a text of its own; the answer is the finished run. */
export async function trainSmall(steps: number, recipe: string): Promise<Result> {
  await showText(verses(300));
  const result = await run<Result | undefined>('trainOnCurrentFile', { recipe, budget: { steps } });
  assert.ok(result, 'the training has ended well');
  return result;
}

/** Begins a training that would take long; resolves when it has done its first steps. `ended` is its result. */
export async function begin(
  api: Api,
  recipe: string,
  steps = 1_000_000,
): Promise<{ ended: Thenable<Result | undefined> }> {
  const ended = run<Result | undefined>('trainOnCurrentFile', { recipe, budget: { steps } });
  await until('the first steps', () => (api.jobs.current?.progress.step ?? 0) > 2);
  return { ended };
}

export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** What was told to people while `action` ran. */
export async function noticesOf(api: Api, action: () => Thenable<unknown>): Promise<string[]> {
  const { notices } = api.reporter;
  const before = notices.at(-1);
  await action();
  return notices.slice(before ? notices.lastIndexOf(before) + 1 : 0).map((notice) => notice.sentence);
}

/** Node 23.9 and later; what a thread has computed, without the time that it waited for a processor. */
type ThreadClock = () => { user: number; system: number };

/**
 * Watches the extension host's event loop. `longest` is the longest turn in milliseconds: the work in it where the thread's
 * own clock can be read, because training takes all processors and waiting for one is no work; else the 99th percentile
 * of the delay.
 */
export async function watchTurns(milliseconds: number): Promise<{ longest: number; figure: string }> {
  const clock = (process as { threadCpuUsage?: ThreadClock }).threadCpuUsage;
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  let longest = 0;
  for (const end = performance.now() + milliseconds; performance.now() < end;) {
    const before = clock?.();
    await new Promise((resolve) => setTimeout(resolve, 1));
    const after = clock?.();
    if (before && after) longest = Math.max(longest, (after.user - before.user + after.system - before.system) / 1000);
  }
  monitor.disable();
  const delay = `delay at most ${(monitor.max / 1e6).toFixed(1)} ms, 99 % under ${(monitor.percentile(99) / 1e6).toFixed(1)} ms`;
  if (!clock) return { longest: monitor.percentile(99) / 1e6, figure: delay };
  return { longest, figure: `longest turn ${longest.toFixed(1)} ms of work, ${delay}` };
}
