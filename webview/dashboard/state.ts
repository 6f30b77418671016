import type { RunEvent } from '../../src/core/runs/events';
import type { RunRecord, RunStatus } from '../../src/core/runs/record';
import type { DashboardRun } from '../../src/protocol/dashboard';
import { RunSeries } from './series';

/** What the page knows of one run. */
export interface Run {
  folder: string;
  record: RunRecord;
  live: boolean;
  series: RunSeries;
  /**
   * "absent": nothing was asked for; "loading": asked, and what arrives meanwhile waits in `waiting`; "failed": could not
   * be had, and is asked for again only when a person switches the run on again.
   */
  history: 'absent' | 'loading' | 'loaded' | 'failed';
  waiting: RunEvent[];
}

/** Everything that can happen to the page's data. */
export type Message =
  | { type: 'hydrated'; runs: DashboardRun[]; current?: string }
  | { type: 'loading'; folders: string[] }
  | { type: 'loaded'; runs: DashboardRun[] }
  | { type: 'loadFailed'; folders: string[] }
  | { type: 'events'; folder: string; events: RunEvent[] }
  | { type: 'runChanged'; folder: string; record: RunRecord; live: boolean }
  | { type: 'runDeleted'; folder: string }
  | { type: 'focus'; folder: string; byHost?: boolean }
  | { type: 'show'; folder: string; shown: boolean };

/** What a message touched, so that only what shows it is drawn anew. */
export type Change = 'runs' | 'shown' | 'focus' | 'steps' | 'evaluation' | 'sample' | 'finished';

export interface State {
  /** False until the host has answered for the first time. */
  ready: boolean;
  runs: Map<string, Run>;
  /** Folders on the charts, in the order in which they were switched on. */
  shown: string[];
  /** The run that the header speaks of. */
  focus: string | undefined;
  /** The run that the host last asked to look at; when it says the same again, a person's own choice since then holds. */
  asked: string | undefined;
  /** Events of runs whose record has not arrived yet. */
  orphans: Map<string, RunEvent[]>;
}

export function initialState(kept: { shown?: string[]; focus?: string; asked?: string } = {}): State {
  const { shown = [], focus, asked } = kept;
  return { ready: false, runs: new Map(), shown: [...shown], focus, asked, orphans: new Map() };
}

/** Applies a message to `state` in place (its columns are large) and returns what changed. Knows no page and no host. */
export function reduce(state: State, message: Message): Set<Change> {
  const changes = new Set<Change>();
  switch (message.type) {
    case 'hydrated':
      hydrate(state, message.runs, message.current);
      return new Set<Change>(['runs', 'shown', 'focus', 'steps', 'evaluation', 'sample']);
    case 'loading':
      for (const folder of message.folders) {
        const run = state.runs.get(folder);
        if (run) run.history = 'loading';
      }
      break;
    case 'loadFailed':
      for (const folder of message.folders) {
        const run = state.runs.get(folder);
        if (run?.history === 'loading') {
          run.history = 'failed';
          run.waiting = [];
        }
      }
      break;
    case 'loaded':
      for (const run of message.runs) load(state, run, true);
      return new Set<Change>(['runs', 'steps', 'evaluation', 'sample']);
    case 'events':
      receive(state, message.folder, message.events, changes);
      break;
    case 'runChanged':
      changes.add('runs');
      if (!state.runs.has(message.folder)) changes.add('steps');
      upsert(state, message.folder, message.record, message.live);
      break;
    case 'runDeleted':
      forget(state, message.folder);
      return new Set<Change>(['runs', 'shown', 'focus', 'steps', 'sample']);
    case 'focus':
      if (message.byHost) showOwnKind(state, message.folder);
      focus(state, message.folder);
      if (message.byHost) state.asked = message.folder;
      return new Set<Change>(['runs', 'shown', 'focus', 'steps', 'sample']);
    case 'show':
      state.shown = state.shown.filter((folder) => folder !== message.folder);
      if (message.shown) {
        state.shown.push(message.folder);
        askAgain(state, message.folder);
      }
      return new Set<Change>(['runs', 'shown', 'steps']);
  }
  return changes;
}

/** Shown runs whose history has to be asked for. */
export function missingHistory(state: State): string[] {
  const wanted = new Set([...state.shown, ...(state.focus ? [state.focus] : [])]);
  return [...wanted].filter((folder) => state.runs.get(folder)?.history === 'absent');
}

/** Runs on the charts, in the order in which they were switched on. */
export function shownRuns(state: State): Run[] {
  return state.shown.flatMap((folder) => state.runs.get(folder) ?? []);
}

/** All runs, newest first. */
export function listedRuns(state: State): Run[] {
  return [...state.runs.values()].sort(
    (a, b) => b.record.created.localeCompare(a.record.created) || b.folder.localeCompare(a.folder),
  );
}

/** What people call the run that another began with: its id where it is no longer there. */
export function originOf(state: State, { record: { from } }: Run): string | undefined {
  return [...state.runs.values()].find(({ record }) => record.id === from)?.record.name ?? from;
}

/** Status for people: a running run of another window is told apart from ours. */
export function shownStatus(run: Run): RunStatus | 'elsewhere' {
  const { status } = run.record;
  const unfinished = status === 'running' || status === 'paused';
  if (run.live) return run.series.paused && unfinished ? 'paused' : status;
  return unfinished ? 'elsewhere' : status;
}

function hydrate(state: State, runs: DashboardRun[], current: string | undefined): void {
  const known = new Set(runs.map((run) => run.folder));
  for (const folder of [...state.runs.keys()]) if (!known.has(folder)) state.runs.delete(folder);
  for (const run of runs) load(state, run, run.events.length > 0 || (run.live && run.record.step === 0));
  state.ready = true;
  state.shown = state.shown.filter((folder) => known.has(folder));
  const asked = current === state.asked ? undefined : current;
  state.asked = current;
  state.focus = [asked, state.focus, current, listedRuns(state)[0]?.folder].find((one) => one && known.has(one));
  if (state.focus && asked === state.focus) showOwnKind(state, state.focus);
  if (state.focus && (state.shown.length === 0 || asked === state.focus)) addShown(state, state.focus);
}

/** Takes the host's copy of a run; events that came by themselves meanwhile follow it. */
function load(state: State, from: DashboardRun, complete: boolean): void {
  const run = upsert(state, from.folder, from.record, from.live);
  if (!complete) {
    if (startsFresh(run.waiting)) catchUp(run);
    // What waits without its beginning is in the host's answer to a later request.
    else run.waiting = [];
    return;
  }
  // A host that has thinned a long run knows fewer steps than we may hold already; it is the one that knows all runs.
  run.series = new RunSeries();
  for (const event of from.events) run.series.apply(event);
  catchUp(run);
}

function catchUp(run: Run): void {
  for (const event of run.waiting) run.series.apply(event);
  run.waiting = [];
  run.history = 'loaded';
}

function upsert(state: State, folder: string, record: RunRecord, live: boolean): Run {
  let run = state.runs.get(folder);
  if (!run) {
    run = {
      folder,
      record,
      live,
      series: new RunSeries(),
      history: 'absent',
      waiting: state.orphans.get(folder) ?? [],
    };
    state.orphans.delete(folder);
    state.runs.set(folder, run);
    if (state.ready && (startsFresh(run.waiting) || (live && record.step === 0))) catchUp(run);
  }
  run.record = record;
  run.live = live;
  return run;
}

function receive(state: State, folder: string, events: RunEvent[], changes: Set<Change>): void {
  const run = state.runs.get(folder);
  if (!run) {
    state.orphans.set(folder, [...(state.orphans.get(folder) ?? []), ...events]);
    return;
  }
  if (!state.ready || run.history === 'loading') {
    run.waiting.push(...events);
    return;
  }
  if (run.history === 'absent' && startsFresh(events)) run.history = 'loaded';
  // Nothing of an absent run has to be kept: the host's answer to a later request holds what it has sent before it.
  if (run.history !== 'loaded') return;
  for (const event of events) if (run.series.apply(event)) changes.add(changeOf(event));
}

function startsFresh(events: RunEvent[]): boolean {
  return events[0]?.event === 'started' && !events[0].resumed;
}

function changeOf(event: RunEvent): Change {
  if (event.event === 'sample') return 'sample';
  if (event.event === 'finished') return 'finished';
  if (event.event === 'evaluation') return 'evaluation';
  return 'steps';
}

function askAgain(state: State, folder: string): void {
  const run = state.runs.get(folder);
  if (run?.history === 'failed') run.history = 'absent';
}

function focus(state: State, folder: string): void {
  state.focus = folder;
  askAgain(state, folder);
  addShown(state, folder);
}

/** Takes runs of other tasks off the charts when a run begins: their figures do not compare. */
function showOwnKind(state: State, folder: string): void {
  const taskOf = (one: string) => state.runs.get(one)?.record.recipe.task;
  const task = taskOf(folder);
  if (task !== undefined) state.shown = state.shown.filter((one) => taskOf(one) === task);
}

function addShown(state: State, folder: string): void {
  if (!state.shown.includes(folder)) state.shown.push(folder);
}

function forget(state: State, folder: string): void {
  state.runs.delete(folder);
  state.orphans.delete(folder);
  state.shown = state.shown.filter((one) => one !== folder);
  if (state.focus !== folder) return;
  state.focus = state.shown.at(-1) ?? listedRuns(state)[0]?.folder;
  if (state.focus) addShown(state, state.focus);
}
