import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Disposables } from './disposables';
import { pageHtml } from './page-html';
import type { Reporter } from './reporter';

export interface PanelOptions {
  /** Type of the view, by which VS Code brings it back after a reload. */
  view: string;
  /** The page's bundle in `dist/`, without its end. */
  script: string;
  title: string;
}

/**
 * A panel with a page: one a window, beside the editor, made anew after a reload. A page lives while its panel is visible,
 * since a hidden page is thrown away.
 */
export class PagePanel<P extends vscode.Disposable> implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly disposables = new Disposables();
  private panel: vscode.WebviewPanel | undefined;
  private living: P | undefined;

  /** @param enter connects the host to a page that has just become visible */
  constructor(
    private readonly extension: vscode.Uri,
    private readonly reporter: Reporter,
    private readonly options: PanelOptions,
    private readonly enter: (webview: vscode.Webview) => Promise<P>,
  ) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(options.view, this));
  }

  /** True when a page is on the screen. */
  get visible(): boolean {
    return this.panel?.visible === true;
  }

  /** The page that is on the screen and connected. */
  get page(): P | undefined {
    return this.living;
  }

  /** Opens the panel without taking the focus from the text. */
  show(): void {
    if (!this.panel) this.attach(this.create());
    else if (!this.panel.visible) this.panel.reveal(undefined, true);
  }

  /** The page's own answer is not awaited: its frame exists only after this has returned. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.panel?.dispose();
    this.attach(panel);
  }

  dispose(): void {
    this.living?.dispose();
    this.disposables.dispose();
  }

  private create(): vscode.WebviewPanel {
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return vscode.window.createWebviewPanel(this.options.view, this.options.title, place, this.rights());
  }

  private rights(): vscode.WebviewOptions {
    const folders = ['dist', 'media'].map((name) => vscode.Uri.joinPath(this.extension, name));
    return { enableScripts: true, localResourceRoots: folders };
  }

  private attach(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.png');
    panel.webview.options = this.rights();
    panel.onDidChangeViewState(() => this.follow(panel));
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = undefined;
      this.leave();
    });
    this.follow(panel);
    const script = vscode.Uri.joinPath(this.extension, 'dist', `${this.options.script}.js`);
    panel.webview.html = pageHtml({
      cspSource: panel.webview.cspSource,
      script: panel.webview.asWebviewUri(script).toString(),
      title: panel.title,
      language: vscode.env.language,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  private follow(panel: vscode.WebviewPanel): void {
    if (this.panel !== panel) return;
    if (!panel.visible) this.leave();
    else if (!this.living) void this.reporter.guard(() => this.connect(panel));
  }

  private async connect(panel: vscode.WebviewPanel): Promise<void> {
    const page = await this.enter(panel.webview);
    if (this.panel === panel && panel.visible && !this.living) this.living = page;
    else page.dispose();
  }

  private leave(): void {
    this.living?.dispose();
    this.living = undefined;
  }
}
