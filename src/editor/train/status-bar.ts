import * as vscode from 'vscode';
import { Disposables } from '../common/disposables';
import { command } from '../common/ids';
import type { Ending, Jobs } from './jobs';
import { endStatus, jobStatus, type StatusText } from './status-text';

/** Milliseconds between two drawings, and for which a good end stays. */
const INTERVAL = 250;
const SHOW_END = 15_000;

/** One item in the status bar while a job runs, and for a moment after. A failure stays until the next job. */
export class TrainingStatus implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;
  private timer: NodeJS.Timeout | undefined;
  private drawn = 0;
  private state: 'running' | 'paused' | 'stopping' | undefined;

  constructor(private readonly jobs: Jobs) {
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('sequenceLab.training', vscode.StatusBarAlignment.Left, 10),
    );
    this.item.name = vscode.l10n.t('Sequence Lab Training');
    this.disposables.add(jobs.onChange(() => this.changed()));
    this.disposables.add(jobs.onEnd((ending) => this.end(ending)));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  /** What is on the screen, for tests. */
  get text(): string {
    return this.item.text;
  }

  /** Events come ten times a second; eyes want fewer. */
  private changed(): void {
    const job = this.jobs.current;
    if (!job) return;
    const state = job.stopping ? 'stopping' : job.paused ? 'paused' : 'running';
    // What a person has just asked for shows at once; only figures wait.
    const wait = state === this.state ? this.drawn + INTERVAL - Date.now() : 0;
    this.state = state;
    clearTimeout(this.timer);
    if (wait <= 0) this.draw();
    else this.timer = setTimeout(() => this.draw(), wait);
  }

  private draw(): void {
    const job = this.jobs.current;
    if (!job) return;
    this.drawn = Date.now();
    this.item.command = command('showDashboard');
    this.put(jobStatus(job), job.paused ? ['continue', 'stop'] : ['pause', 'stop']);
  }

  private end(ending: Ending): void {
    clearTimeout(this.timer);
    this.item.command = command(ending.failure ? 'showLog' : 'showDashboard');
    this.put(endStatus(ending), []);
    if (!ending.failure) this.timer = setTimeout(() => this.item.hide(), SHOW_END);
  }

  private put({ text, tooltip, error }: StatusText, links: ('pause' | 'continue' | 'stop')[]): void {
    const words = { pause: vscode.l10n.t('Pause'), continue: vscode.l10n.t('Continue'), stop: vscode.l10n.t('Stop') };
    const actions = links.map((name) => `[${words[name]}](command:${command(name)})`).join(' · ');
    const markdown = new vscode.MarkdownString(actions ? `${tooltip}\n\n${actions}` : tooltip, true);
    markdown.isTrusted = { enabledCommands: links.map(command) };
    this.item.text = text;
    this.item.tooltip = markdown;
    this.item.backgroundColor = error ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.item.accessibilityInformation = { label: text.replace(/\$\([^)]*\) ?/g, '') };
    this.item.show();
  }
}
