import { join } from 'node:path';
import * as vscode from 'vscode';
import { Annotating } from './editor/annotate/annotating';
import { Questions } from './editor/ask/questions';
import { registerCommands } from './editor/common/commands';
import { ContextKeys } from './editor/common/context-keys';
import { storedKeys } from './editor/common/ids';
import { Reporter } from './editor/common/reporter';
import { onSettingsChange } from './editor/common/settings';
import { Dashboard } from './editor/dashboard/dashboard';
import { showDoctor } from './editor/doctor/doctor-command';
import { LearnEmbeddings } from './editor/embeddings/learn-command';
import { Explore } from './editor/explore/explore';
import { CompareInContext } from './editor/in-context/compare-in-context';
import { runCommands } from './editor/runs/run-commands';
import { folderOf } from './editor/runs/run-pick';
import { RunsFolders } from './editor/runs/runs-folder';
import { RunsStore } from './editor/runs/runs-store';
import { RunsTree } from './editor/runs/runs-tree';
import { LabelChoice } from './editor/sample/label-choice';
import { Sampler } from './editor/sample/sampler';
import { Tagging } from './editor/tag/tagging';
import { TensorflowSetup } from './editor/tensorflow/tensorflow-setup';
import { Jobs } from './editor/train/jobs';
import { ResumeCommand } from './editor/train/resume-command';
import { TrainingStatus } from './editor/train/status-bar';
import { TrainCommand } from './editor/train/train-command';
import { TranslateWord } from './editor/translate/translate-word';
import { threadSetup } from './editor/threads/thread-setup';
import { WorkerThreads } from './editor/threads/worker-threads';

/** Milliseconds that a running job has to write its last checkpoint when the window closes. */
const LAST_WORDS = 4000;

let leave: () => Promise<void> = async () => undefined;

/** Builds the rooms of `editor/` and connects them. */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const from = performance.now();
  const keep = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = keep(vscode.window.createOutputChannel('Sequence Lab', { log: true }));
  const reporter = new Reporter(log);
  const keys = new ContextKeys();
  const bundle = (name: string) => join(context.extensionPath, 'dist', name);
  const threads = keep(new WorkerThreads(bundle('worker.js'), () => threadSetup(context), log));
  const folders = new RunsFolders(context.globalStorageUri);
  const runs = keep(new RunsStore(threads, folders, keys, context.workspaceState));
  const jobs = keep(new Jobs(threads, runs, keys, reporter));
  const status = keep(new TrainingStatus(jobs));
  const labels = new LabelChoice(context.workspaceState);
  const sampler = keep(new Sampler(threads, runs, keys, labels));
  const questions = keep(new Questions(threads, runs, keys, context.workspaceState, labels));
  const tagging = keep(new Tagging(threads, runs, keys, reporter, join(context.extensionPath, 'media')));
  const storage = context.storageUri ?? context.globalStorageUri;
  const annotating = keep(new Annotating(threads, tagging, jobs, runs, keys, reporter, storage));
  const dashboard = keep(new Dashboard(context.extensionUri, runs, reporter));
  const explore = keep(new Explore(context.extensionUri, threads, runs, reporter, context.workspaceState));
  const inContext = keep(new CompareInContext(context.extensionUri, threads, runs, reporter));
  const translation = new TranslateWord(threads, explore.sources, reporter, context.workspaceState);
  keep(new RunsTree(runs, reporter));
  keep(threads.onRunStarted(({ folder }) => dashboard.focus(folder)));
  keep(onSettingsChange(['backend', 'threads'], () => void reporter.guard(() => threads.renew())));
  keep(onSettingsChange(['runsFolder'], () => void reporter.guard(() => runs.refresh())));

  const showDashboard = () => dashboard.show();
  const train = new TrainCommand(threads, jobs, runs, showDashboard);
  const embeddings = new LearnEmbeddings(jobs, runs, showDashboard);
  const resume = new ResumeCommand(jobs, runs, showDashboard);
  const tensorflow = new TensorflowSetup(bundle('setup-tensorflow.js'), threads, reporter);
  const table = {
    ...runCommands(runs),
    ...questions.commands,
    ...tagging.commands,
    ...annotating.commands,
    ...explore.commands,
    ...inContext.commands,
    ...translation.commands,
    ...embeddings.commands,
    trainOnCurrentFile: (argument?: unknown) => train.run(argument),
    stop: () => jobs.stop(),
    pause: () => jobs.pause(),
    continue: () => jobs.continue(),
    resumeTraining: (argument?: unknown) => resume.run(argument),
    sample: (argument?: unknown) => sampler.atCursor(argument),
    sampleToNewDocument: (argument?: unknown) => sampler.toNewDocument(argument),
    stopSampling: () => sampler.stop(),
    showDashboard: (argument?: unknown) => dashboard.show(folderOf(argument)),
    showLog: () => log.show(),
    doctor: () => showDoctor(threads, log),
    setUpTensorflow: () => tensorflow.run(),
    resetState: async () => {
      for (const key of Object.values(storedKeys)) await context.workspaceState.update(key, undefined);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Sequence Lab has forgotten its choices.'), 5000);
    },
  };
  for (const registered of registerCommands(table, reporter)) keep(registered);

  leave = async () => {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, LAST_WORDS));
    if (jobs.current) await Promise.race([jobs.stop(), patience]);
    await threads.terminate();
  };
  const ready = runs.probe().then(() => keys.set('active', true));
  const milliseconds = performance.now() - from;
  log.debug(`Activated in ${milliseconds.toFixed(1)} ms.`);
  return {
    milliseconds,
    ready,
    runs,
    jobs,
    status,
    sampler,
    questions,
    tagging,
    annotating,
    dashboard,
    explore,
    inContext,
    threads,
    reporter,
    keys,
  };
}

/** A job that runs when the window closes stops as if asked to, so that it can be resumed exactly. */
export function deactivate(): Promise<void> {
  return leave();
}

/** What `activate` returns. For the project's own tests; other extensions must not rely on it. */
export interface ExtensionApi {
  /** Time that activation took. */
  milliseconds: number;
  /** The extension has looked for runs and set its context keys. */
  ready: Promise<void>;
  runs: RunsStore;
  jobs: Jobs;
  status: TrainingStatus;
  sampler: Sampler;
  questions: Questions;
  tagging: Tagging;
  annotating: Annotating;
  dashboard: Dashboard;
  explore: Explore;
  inContext: CompareInContext;
  threads: WorkerThreads;
  reporter: Reporter;
  keys: ContextKeys;
}
