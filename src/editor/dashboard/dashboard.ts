import * as vscode from 'vscode';
import type { HostContract, PageContract } from '../../protocol/dashboard';
import { command, DASHBOARD_VIEW, type CommandId } from '../common/ids';
import { PagePanel } from '../common/page-panel';
import type { Reporter } from '../common/reporter';
import { saveFile } from '../common/save-file';
import { deleteRun } from '../runs/run-commands';
import type { RunsStore } from '../runs/runs-store';
import { Page, type PageActions } from './page';

type PageCommand = HostContract['notifications']['command']['name'];

/** Commands that a page may ask for. */
const pageCommands: Record<PageCommand, CommandId> = {
  pause: 'pause',
  resume: 'continue',
  stop: 'stop',
  sample: 'sampleToNewDocument',
  openRunFolder: 'openRunFolder',
  showLog: 'showLog',
  resumeTraining: 'resumeTraining',
};

/** The dashboard: its panel, and what its page may ask for. */
export class Dashboard implements vscode.Disposable {
  private readonly panel: PagePanel<Page>;
  /** The run that was asked for while no page could hear it. */
  private wanted: string | undefined;

  constructor(
    extension: vscode.Uri,
    private readonly runs: RunsStore,
    private readonly reporter: Reporter,
  ) {
    const options = { view: DASHBOARD_VIEW, script: 'dashboard', title: vscode.l10n.t('Sequence Lab') };
    this.panel = new PagePanel(extension, reporter, options, async (webview) => {
      // Loaded with the first page, and not when the extension starts.
      const { openChannel } = await import(/* webpackMode: "eager" */ '../../protocol/channel');
      return new Page(webview, openChannel<PageContract, HostContract>, this.runs, this.actions(), this.wanted);
    });
  }

  /** True when a page is on the screen. */
  get visible(): boolean {
    return this.panel.visible;
  }

  /** True when that page has its data. */
  get hydrated(): boolean {
    return this.panel.page?.hydrated === true;
  }

  /** Opens the dashboard without taking the focus from the text, and looks at the given run. */
  show(folder?: string): void {
    this.panel.show();
    if (folder !== undefined) this.focus(folder);
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Looks at the given run, now or when the page is next on the screen. */
  focus(folder: string): void {
    this.wanted = folder;
    this.panel.page?.focus(folder);
  }

  /** A model of a series writes rows, every other one text. */
  private commandFor(name: PageCommand, folder: string | undefined): CommandId {
    const isSeries = folder !== undefined && this.runs.record(folder)?.recipe.task === 'series';
    return name === 'sample' && isSeries ? 'forecast' : pageCommands[name];
  }

  private actions(): PageActions {
    return {
      saveFile,
      deleteRun: (folder) => deleteRun(this.runs, folder),
      command: ({ name, folder }) => {
        const id = Object.hasOwn(pageCommands, name) ? this.commandFor(name, folder) : undefined;
        if (id) void vscode.commands.executeCommand(command(id), folder === undefined ? undefined : { folder });
      },
      failed: (error) => void this.reporter.sentence(error),
    };
  }
}
