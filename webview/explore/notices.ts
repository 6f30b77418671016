import { button } from '../common/button';
import { h, setHidden, setText } from '../common/dom';
import { t } from './strings';

export interface NoticesActions {
  retry: () => void;
  learn: () => void;
  open: () => void;
}

/** What the page says while it has nothing to ask, and what went wrong. */
export class Notices {
  readonly element: HTMLElement;
  private readonly wait = h('p', { class: 'quiet loading', textContent: t('loading') });
  private readonly error = h('p', { class: 'message error', hidden: true, attributes: { role: 'alert' } });
  private readonly retry: HTMLElement;
  private readonly empty: HTMLElement;

  constructor(actions: NoticesActions) {
    this.retry = button('reset', t('retry'), actions.retry);
    this.retry.hidden = true;
    this.empty = h(
      'div',
      { class: 'empty', hidden: true },
      h('h1', { textContent: t('emptyTitle') }),
      h('p', { class: 'lead', textContent: t('emptyText') }),
      h(
        'div',
        { class: 'empty-actions' },
        button('play', t('learn'), actions.learn, true),
        button('folder', t('open'), actions.open),
      ),
    );
    this.element = h('div', { class: 'notices' }, this.wait, this.error, this.retry, this.empty);
  }

  show(state: 'loading' | 'empty' | 'ready'): void {
    setHidden(this.wait, state !== 'loading');
    setHidden(this.empty, state !== 'empty');
    setHidden(this.error, true);
    setHidden(this.retry, true);
  }

  /** The host could not answer the first question. */
  failedToLoad(error: unknown): void {
    this.show('ready');
    this.say(t('loadFailed', { reason: reasonOf(error) }));
    setHidden(this.retry, false);
  }

  /** Waits for something that a person asked for, and says so when it failed. */
  async guard(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.say(t('failed', { reason: reasonOf(error) }));
    }
  }

  private say(sentence: string): void {
    setText(this.error, sentence);
    setHidden(this.error, false);
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
