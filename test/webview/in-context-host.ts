import type { Browser, Page } from 'playwright-core';
import { UserError } from '../../src/core/errors';
import type { Channel } from '../../src/protocol/channel';
import type { InContextHost, InContextPage, InContextReport } from '../../src/protocol/in-context';
import { newFrame, PageHost } from './page-host';
import type { ThemeFixture } from './themes';

/** An extension host that has compared a word, and remembers where the page wanted to go. */
export class InContextFakeHost extends PageHost<InContextPage, InContextHost> {
  readonly went: number[] = [];
  /** Said to who wants to go somewhere. */
  refuse: string | undefined;

  private constructor(
    page: Page,
    public report: InContextReport | null,
  ) {
    super(page, 'dist/in-context.js');
  }

  static async open(
    browser: Browser,
    theme: ThemeFixture,
    report: InContextReport | null = banks(),
  ): Promise<InContextFakeHost> {
    const host = new InContextFakeHost(await newFrame(browser), report);
    await host.load(theme);
    return host;
  }

  /** A person has asked for a comparison while the page was there. */
  compare(): void {
    this.report = banks();
    this.channel?.notify('compared', { report: this.report });
  }

  protected override answer(channel: Channel<InContextPage, InContextHost>): void {
    channel.onRequest('hydrate', () => this.report);
    channel.onRequest('goTo', ({ occurrence }) => {
      if (this.refuse !== undefined) throw new UserError(this.refuse);
      this.went.push(occurrence);
      return null;
    });
    channel.onRequest('saveFile', (file) => this.keep(file));
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
