import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChannel, type Channel, type Contract } from '../../src/protocol/channel';
import { pageFor, type SavedFile } from './page-frame';
import type { ThemeFixture } from './themes';
import 'vscode-jsonrpc/node';

const ADDRESS = 'http://page.invalid/';

export interface Frame {
  width?: number;
  height?: number;
}

/** A page of a browser that is as VS Code would show it: a window for itself, without animations. */
export async function newFrame(browser: Browser, { width = 1280, height = 900 }: Frame = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  return context.newPage();
}

/** An extension host in the place of VS Code: it loads a page's script and speaks its channel over window messages. */
export abstract class PageHost<P extends Contract, H extends Contract> {
  readonly saved: SavedFile[] = [];
  /** Errors and blocked things that the browser reported. */
  readonly problems: string[] = [];
  readonly context: BrowserContext;
  protected channel: Channel<P, H> | undefined;
  private hear: (message: unknown) => void = () => {};

  protected constructor(
    readonly page: Page,
    private readonly script: string,
  ) {
    this.context = page.context();
  }

  async load(theme: ThemeFixture): Promise<void> {
    const { page } = this;
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()));
    await page.exposeFunction('postToHost', (text: string) => this.hear(JSON.parse(text)));
    await page.route(`${ADDRESS}**`, (route) => {
      const url = route.request().url();
      if (url === ADDRESS) return route.fulfill({ contentType: 'text/html', body: pageFor(theme, 'page.js') });
      if (url.endsWith('page.js'))
        return route.fulfill({ contentType: 'text/javascript', body: readFileSync(this.script) });
      return route.fulfill({ status: 404, body: '' });
    });
    this.listen();
    await page.goto(ADDRESS);
  }

  async reload(): Promise<void> {
    this.listen();
    await this.page.reload();
  }

  /** Long enough for a message to arrive and for the page to have drawn. */
  async settle(): Promise<void> {
    await this.page.waitForTimeout(250);
  }

  async close(): Promise<void> {
    this.channel?.dispose();
    await this.context.close();
  }

  /** Says how the page's questions are answered. */
  protected abstract answer(channel: Channel<P, H>): void;

  /** Remembers a file that the page wants to be saved. */
  protected keep({ name, kind, data }: { name: string; kind: SavedFile['kind']; data: unknown }): boolean {
    const bytes = data as string | { base64: string };
    this.saved.push({ name, kind, data: typeof bytes === 'string' ? bytes : Buffer.from(bytes.base64, 'base64') });
    return true;
  }

  private listen(): void {
    this.channel?.dispose();
    this.channel = openChannel<P, H>({
      post: (message) => {
        this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`).catch(() => {});
      },
      listen: (onMessage) => {
        this.hear = onMessage;
        return () => (this.hear = () => {});
      },
    });
    this.answer(this.channel);
  }
}
