import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { UserError } from '../../src/core/errors';
import { openChannel, type Channel } from '../../src/protocol/channel';
import type { InContextHost, InContextPage, InContextReport } from '../../src/protocol/in-context';
import { pageFor, type SavedFile } from './page-frame';
import type { ThemeFixture } from './themes';
import 'vscode-jsonrpc/node';

const ADDRESS = 'http://in-context.invalid/';

/** An extension host that has compared a word, and remembers where the page wanted to go. */
export class InContextFakeHost {
  readonly went: number[] = [];
  readonly saved: SavedFile[] = [];
  readonly problems: string[] = [];
  /** Said to who wants to go somewhere. */
  refuse: string | undefined;
  private channel: Channel<InContextPage, InContextHost> | undefined;
  private hear: (message: unknown) => void = () => {};

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    public report: InContextReport | null,
  ) {}

  static async open(
    browser: Browser,
    theme: ThemeFixture,
    report: InContextReport | null = banks(),
  ): Promise<InContextFakeHost> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const host = new InContextFakeHost(page, context, report);
    page.on('pageerror', (error) => host.problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && host.problems.push(message.text()));
    await page.exposeFunction('postToHost', (text: string) => host.hear(JSON.parse(text)));
    await page.route(`${ADDRESS}**`, (route) => {
      const url = route.request().url();
      if (url === ADDRESS) return route.fulfill({ contentType: 'text/html', body: pageFor(theme, 'page.js') });
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync('dist/in-context.js') });
    });
    host.listen();
    await page.goto(ADDRESS);
    return host;
  }

  /** A person has asked for a comparison while the page was there. */
  compare(): void {
    this.report = banks();
    this.channel?.notify('compared', { report: this.report });
  }

  async reload(): Promise<void> {
    this.listen();
    await this.page.reload();
  }

  async close(): Promise<void> {
    this.channel?.dispose();
    await this.context.close();
  }

  private listen(): void {
    this.channel?.dispose();
    const channel = openChannel<InContextPage, InContextHost>({
      post: (message) => {
        this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`).catch(() => {});
      },
      listen: (onMessage) => {
        this.hear = onMessage;
        return () => (this.hear = () => {});
      },
    });
    this.channel = channel;
    channel.onRequest('hydrate', () => this.report);
    channel.onRequest('goTo', ({ occurrence }) => {
      if (this.refuse !== undefined) throw new UserError(this.refuse);
      this.went.push(occurrence);
      return null;
    });
    channel.onRequest('saveFile', ({ name, kind, data }) => {
      const bytes = data as unknown as string | { base64: string };
      this.saved.push({ name, kind, data: typeof bytes === 'string' ? bytes : Buffer.from(bytes.base64, 'base64') });
      return true;
    });
  }
}

/** Banks of money and of rivers: two directions, with a little of each occurrence's own. */
function banks(): InContextReport {
  const lines: [string, string, number][] = [
    ['the ', ' lends money', 0], ['a ', ' of sand and reeds', 1.3], ['my ', ' closed at noon', 0.2],
    ['along the ', ' of the river', 1.4], ['she robbed a ', ' in broad daylight', 0.1], ['boats lay at the ', '', 1.2],
  ]; // prettier-ignore
  const places = lines.map(([, , angle]) => ({ x: Math.cos(angle) - 0.6, y: Math.sin(angle) - 0.6 }));
  return {
    words: ['bank'],
    run: 'bilm lines',
    text: 'lines.txt',
    all: lines.length,
    occurrences: lines.map(([before, after], n) => ({ before, word: 'bank', after, line: 3 * n + 1 })),
    cosines: lines.map(([, , a]) => lines.map(([, , b]) => Math.cos(a - b))),
    alone: lines.map(() => lines.map(() => 1)),
    maps: {
      context: { places, explained: [0.9, 0.1] },
      alone: { places: places.map(() => ({ x: 0, y: 0 })), explained: [0, 0] },
    },
  };
}
