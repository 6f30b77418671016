import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { HostContract, PageContract } from '../../protocol/dashboard';
import { command, DASHBOARD_VIEW, type CommandId } from '../common/ids';
import { Disposables } from '../common/disposables';
import type { Reporter } from '../common/reporter';
import { deleteRun } from '../runs/run-commands';
import type { RunsStore } from '../runs/runs-store';
import { pageHtml } from '../common/page-html';
import { Page, type PageActions } from './page';
import { saveFile } from '../common/save-file';

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

/** The dashboard's panel: one a window, beside the editor, made anew after a reload. */
export class Dashboard implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly disposables = new Disposables();
  private panel: vscode.WebviewPanel | undefined;
  private page: Page | undefined;
  /** The run that was asked for while no page could hear it. */
  private wanted: string | undefined;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly runs: RunsStore,
    private readonly reporter: Reporter,
  ) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(DASHBOARD_VIEW, this));
  }

  /** True when a page is on the screen. */
  get visible(): boolean {
    return this.panel?.visible === true;
  }

  /** True when that page has its data. */
  get hydrated(): boolean {
    return this.page?.hydrated === true;
  }

  /** Opens the dashboard without taking the focus from the text, and looks at the given run. */
  show(folder?: string): void {
    if (!this.panel) this.attach(this.create());
    else if (!this.panel.visible) this.panel.reveal(undefined, true);
    if (folder !== undefined) this.focus(folder);
  }

  /** The page's own answer is not awaited: its frame exists only after this has returned. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.panel?.dispose();
    this.attach(panel);
  }

  dispose(): void {
    this.page?.dispose();
    this.disposables.dispose();
  }

  /** Looks at the given run, now or when the page is next on the screen. */
  focus(folder: string): void {
    this.wanted = folder;
    this.page?.focus(folder);
  }

  private create(): vscode.WebviewPanel {
    const title = vscode.l10n.t('Sequence Lab');
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return vscode.window.createWebviewPanel(DASHBOARD_VIEW, title, place, this.options());
  }

  private options(): vscode.WebviewOptions {
    const folders = ['dist', 'media'].map((name) => vscode.Uri.joinPath(this.extension, name));
    return { enableScripts: true, localResourceRoots: folders };
  }

  private attach(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.png');
    panel.webview.options = this.options();
    panel.onDidChangeViewState(() => this.follow(panel));
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = undefined;
      this.leave();
    });
    this.follow(panel);
    panel.webview.html = pageHtml({
      cspSource: panel.webview.cspSource,
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(this.extension, 'dist', 'dashboard.js')).toString(),
      title: panel.title,
      language: vscode.env.language,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  /** A page lives while its panel is visible. */
  private follow(panel: vscode.WebviewPanel): void {
    if (this.panel !== panel) return;
    if (!panel.visible) this.leave();
    else if (!this.page) void this.reporter.guard(() => this.enter(panel));
  }

  private async enter(panel: vscode.WebviewPanel): Promise<void> {
    const { openChannel } = await import(/* webpackMode: "eager" */ '../../protocol/channel');
    if (this.panel !== panel || !panel.visible || this.page) return;
    this.page = new Page(
      panel.webview,
      openChannel<PageContract, HostContract>,
      this.runs,
      this.actions(),
      this.wanted,
    );
  }

  private leave(): void {
    this.page?.dispose();
    this.page = undefined;
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
