import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { UserError } from '../../src/core/errors';
import type { RunEvent } from '../../src/core/runs/events';
import { openChannel, type Channel } from '../../src/protocol/channel';
import type { DashboardRun, HostContract, PageContract } from '../../src/protocol/dashboard';
import { pageFor, type SavedFile } from './page-frame';
import type { ThemeFixture } from './themes';
import 'vscode-jsonrpc/node';

export const SCRIPT = 'dist/dashboard.js';
const ADDRESS = 'http://dashboard.invalid/';

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
}

/** An extension host that holds runs, speaks the page's own channel over window messages, and remembers what it was asked. */
export class FakeHost {
  readonly commands: HostContract['notifications']['command'][] = [];
  readonly saved: SavedFile[] = [];
  readonly renamed: { folder: string; name: string }[] = [];
  readonly requested: string[][] = [];
  /** Errors and blocked things that the browser reported. */
  readonly problems: string[] = [];
  /** Waited for before `hydrate` is answered. */
  beforeHydrate: () => Promise<void> = async () => {};
  confirmDelete = true;
  private channel: Channel<PageContract, HostContract> | undefined;
  private hear: (message: unknown) => void = () => {};

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    public runs: DashboardRun[],
    public current: string | undefined,
  ) {}

  static async open(
    browser: Browser,
    theme: ThemeFixture,
    runs: DashboardRun[],
    options: { current?: string; width?: number; height?: number; before?: (host: FakeHost) => void } = {},
  ): Promise<FakeHost> {
    const viewport = { width: options.width ?? 1280, height: options.height ?? 900 };
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const host = new FakeHost(page, context, runs, options.current);
    options.before?.(host);
    page.on('pageerror', (error) => host.problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && host.problems.push(message.text()));
    await page.exposeFunction('postToHost', (text: string) => host.hear(JSON.parse(text)));
    await page.route(`${ADDRESS}**`, (route) => {
      if (route.request().url() === ADDRESS)
        return route.fulfill({ contentType: 'text/html', body: pageFor(theme, 'dashboard.js') });
      if (route.request().url().endsWith('dashboard.js'))
        return route.fulfill({ contentType: 'text/javascript', body: readFileSync(SCRIPT) });
      return route.fulfill({ status: 404, body: '' });
    });
    host.listen();
    await page.goto(ADDRESS);
    return host;
  }

  async reload(): Promise<void> {
    this.listen();
    await this.page.reload();
  }

  async sendEvents(folder: string, events: RunEvent[]): Promise<void> {
    this.channel?.notify('events', { folder, events });
    await this.settle();
  }

  /** Sends without waiting for the page. */
  async sendBatch(folder: string, events: RunEvent[]): Promise<void> {
    this.channel?.notify('events', { folder, events });
  }

  async changeRun(folder: string, change: Partial<DashboardRun['record']>, live: boolean): Promise<void> {
    const run = this.find(folder);
    run.record = { ...run.record, ...change };
    run.live = live;
    this.channel?.notify('runChanged', { folder, record: run.record, live });
    await this.settle();
  }

  async focus(folder: string): Promise<void> {
    this.channel?.notify('focus', { folder });
    await this.settle();
  }

  /** Long enough for a message to arrive and for the page to have drawn. */
  async settle(): Promise<void> {
    await this.page.waitForTimeout(250);
  }

  async close(): Promise<void> {
    this.channel?.dispose();
    await this.context.close();
  }

  private find(folder: string): DashboardRun {
    const run = this.runs.find((one) => one.folder === folder);
    if (!run) throw new UserError(`There is no run ${folder}.`);
    return run;
  }

  private listen(): void {
    this.channel?.dispose();
    const channel = openChannel<PageContract, HostContract>({
      post: (message) => {
        this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`).catch(() => {});
      },
      listen: (onMessage) => {
        this.hear = onMessage;
        return () => (this.hear = () => {});
      },
    });
    this.channel = channel;
    channel.onRequest('hydrate', async ({ shown }) => {
      this.requested.push(shown);
      const filled = new Set([...shown, this.current]);
      const runs = this.runs.map((run) => (filled.has(run.folder) ? run : { ...run, events: [] }));
      const answer = structuredClone({ runs, current: this.current });
      await this.beforeHydrate();
      return answer;
    });
    channel.onRequest('loadRuns', ({ folders }) => {
      this.requested.push(folders);
      return folders.map((folder) => this.find(folder));
    });
    channel.onRequest('saveFile', ({ name, kind, data }) => {
      const bytes = data as unknown as string | { base64: string };
      this.saved.push({ name, kind, data: typeof bytes === 'string' ? bytes : Buffer.from(bytes.base64, 'base64') });
      return true;
    });
    channel.onRequest('renameRun', (params) => {
      if (params.name === 'taken') throw new UserError('Another run has this name.');
      this.renamed.push(params);
      const run = this.find(params.folder);
      run.record = { ...run.record, name: params.name };
      return null;
    });
    channel.onRequest('deleteRun', () => this.confirmDelete);
    channel.onNotification('command', (params) => this.commands.push(params));
  }
}
