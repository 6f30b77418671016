import { button } from '../common/button';
import { h, setHidden } from '../common/dom';
import { t } from './strings';

/** What the page says when it has no charts to show, and what went wrong otherwise. */
export class Notices {
  readonly element: HTMLElement;
  private readonly wait = h('p', { class: 'quiet loading', textContent: t('loading') });
  private readonly empty: HTMLElement;
  private readonly error = h('p', { class: 'message error', hidden: true, attributes: { role: 'alert' } });
  private readonly retry: HTMLElement;

  constructor(tryAgain: () => void) {
    const command = h('strong', { textContent: t('emptyCommand') });
    const [before, after] = t('emptyText').split('{command}');
    this.empty = h(
      'div',
      { class: 'empty', hidden: true },
      sketch(),
      h('h1', { textContent: t('emptyTitle') }),
      h('p', { class: 'lead' }, before, command, after ?? ''),
      h('p', { class: 'quiet', textContent: t('emptyDetail') }),
    );
    this.retry = button('reset', t('retry'), tryAgain);
    this.retry.hidden = true;
    this.element = h('div', { class: 'notices' }, this.wait, this.error, this.retry, this.empty);
  }

  loading(): void {
    setHidden(this.wait, false);
    setHidden(this.error, true);
    setHidden(this.retry, true);
  }

  /** The host could not answer the first question. */
  failed(error: unknown): void {
    setHidden(this.wait, true);
    this.say(t('loadFailed', { reason: reasonOf(error) }));
    setHidden(this.retry, false);
  }

  show(ready: boolean, empty: boolean): void {
    setHidden(this.wait, ready);
    setHidden(this.empty, !ready || !empty);
  }

  /** Waits for something that a person asked for, and says so when it failed. */
  async guard(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.say(t('runs.failed', { reason: reasonOf(error) }));
    }
  }

  private say(sentence: string): void {
    this.error.textContent = sentence;
    setHidden(this.error, false);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A falling curve under a dashed line: what will be here. */
function sketch(): SVGSVGElement {
  const SVG = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 160 90');
  svg.setAttribute('class', 'sketch');
  svg.setAttribute('aria-hidden', 'true');
  const lines = {
    'sketch-axis': 'M8 4v78h146',
    'sketch-baseline': 'M8 48h146',
    'sketch-curve': 'M12 10c14 40 34 50 62 55s54 7 78 8',
  };
  for (const [name, d] of Object.entries(lines)) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    path.setAttribute('class', name);
    svg.append(path);
  }
  return svg;
}
