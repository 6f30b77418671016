import * as vscode from 'vscode';
import { command, RUNS_VIEW } from '../common/ids';
import { Disposables } from '../common/disposables';
import { escapeMarkdown } from '../common/format';
import type { Reporter } from '../common/reporter';
import { figures, headline } from './figures';
import { canResume, runDescription, shownStatus, statusIcon, statusWord } from './run-text';
import type { ListedRun, RunsStore } from './runs-store';

/** Milliseconds in which changes are gathered. */
const PAUSE = 300;

/** The view "Runs": all runs of the workspace, newest first. */
export class RunsTree implements vscode.TreeDataProvider<ListedRun>, vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.changed.event;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly runs: RunsStore,
    private readonly reporter: Reporter,
  ) {
    this.disposables.add(vscode.window.registerTreeDataProvider(RUNS_VIEW, this));
    this.disposables.add(
      runs.onChange(() => {
        this.timer ??= setTimeout(() => {
          this.timer = undefined;
          this.changed.fire();
        }, PAUSE);
      }),
    );
  }

  async getChildren(parent?: ListedRun): Promise<ListedRun[]> {
    return parent ? [] : ((await this.reporter.guard(() => this.runs.list())) ?? []);
  }

  getTreeItem(run: ListedRun): vscode.TreeItem {
    const { record, folder, live } = run;
    const status = shownStatus(run);
    const { icon, color } = statusIcon(status);
    const item = new vscode.TreeItem(record.name);
    item.id = folder;
    item.description = runDescription(run, Date.now(), vscode.env.language);
    item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
    item.contextValue = live ? 'live' : canResume(run) ? 'resumable' : 'finished';
    item.tooltip = tooltip(run);
    item.accessibilityInformation = { label: `${record.name}, ${item.description}` };
    item.command = { command: command('showDashboard'), title: '', arguments: [{ folder }] };
    return item;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }
}

function tooltip(run: ListedRun): vscode.MarkdownString {
  const { name, source, step, best, message, created, recipe } = run.record;
  const lines = [`**${escapeMarkdown(name)}** (${statusWord(shownStatus(run))})`, escapeMarkdown(source.label)];
  if (best) lines.push(vscode.l10n.t('Held-out data: {0} at step {1}', figures(recipe.task, best), best.step));
  for (const baseline of baselinesOf(run)) {
    lines.push(
      vscode.l10n.t('Baseline, {0}: {1}', escapeMarkdown(baseline.name), headline(recipe.task, baseline) ?? '–'),
    );
  }
  lines.push(vscode.l10n.t('{0} steps, begun {1}', step, new Date(created).toLocaleString(vscode.env.language)));
  if (message) lines.push(escapeMarkdown(message));
  return new vscode.MarkdownString(lines.join('\n\n'));
}

function baselinesOf({ record: { baselines, baseline } }: ListedRun) {
  return baselines ?? (baseline ? [baseline] : []);
}
