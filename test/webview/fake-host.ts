import { chromium, type Browser, type Page } from 'playwright-core';
import { UserError } from '../../src/core/errors';
import type { RunEvent } from '../../src/core/runs/events';
import type { Channel } from '../../src/protocol/channel';
import type { DashboardRun, HostContract, PageContract } from '../../src/protocol/dashboard';
import { newFrame, PageHost, type Frame } from './page-host';
import type { ThemeFixture } from './themes';

export const SCRIPT = 'dist/dashboard.js';
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
}

/** An extension host that holds runs, speaks the page's own channel over window messages, and remembers what it was asked. */
export class FakeHost extends PageHost<PageContract, HostContract> {
  readonly commands: HostContract['notifications']['command'][] = [];
  readonly renamed: { folder: string; name: string }[] = [];
  readonly requested: string[][] = [];
  /** Waited for before `hydrate` is answered. */
  beforeHydrate: () => Promise<void> = async () => {};
  confirmDelete = true;

  private constructor(
    page: Page,
    public runs: DashboardRun[],
    public current: string | undefined,
  ) {
    super(page, SCRIPT);
  }

  static async open(
    browser: Browser,
    theme: ThemeFixture,
    runs: DashboardRun[],
    options: Frame & { current?: string; before?: (host: FakeHost) => void } = {},
  ): Promise<FakeHost> {
    const host = new FakeHost(await newFrame(browser, options), runs, options.current);
    options.before?.(host);
    await host.load(theme);
    return host;
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

  private find(folder: string): DashboardRun {
    const run = this.runs.find((one) => one.folder === folder);
    if (!run) throw new UserError(`There is no run ${folder}.`);
    return run;
  }

  protected override answer(channel: Channel<PageContract, HostContract>): void {
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
    channel.onRequest('saveFile', (file) => this.keep(file));
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
