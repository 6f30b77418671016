import { Cancelled } from '../../src/core/errors';
import type { VectorSource } from '../../src/protocol/word-vectors';
import type { Theme } from '../common/colour';
import type { Answers } from './answers';
import { reasonOf } from './notices';
import { Pane } from './pane';
import { sameSource, type Settings } from './settings';
import { t } from './strings';
import type { View } from './views/view';

export interface QuestionActions {
  toggleTable: () => void;
  save: (name: string, kind: 'png' | 'svg' | 'csv', data: Uint8Array | string) => Promise<void>;
  theme: () => Theme;
  nameOf: (source: VectorSource) => string;
}

/** One source's pane: asks it the question of the page, and leaves out answers to older ones. */
export class Question {
  readonly pane: Pane;
  private source: VectorSource | undefined;
  private running: AbortController | undefined;
  private told: VectorSource | undefined;

  constructor(
    private readonly answers: Answers,
    private readonly actions: QuestionActions,
  ) {
    this.pane = new Pane({
      cancel: () => this.cancel(),
      toggleTable: actions.toggleTable,
      save: (kind, data) => actions.save(this.fileName(), kind, data),
      theme: actions.theme,
    });
  }

  private lastTab = '';
  private fileName(): string {
    return `${this.source ? this.actions.nameOf(this.source) : ''}-${this.lastTab}`;
  }

  /** Shows the source's answer to the view's question, or what to do first. */
  async ask(source: VectorSource, view: View, settings: Readonly<Settings>): Promise<void> {
    this.running?.abort();
    this.source = source;
    this.lastTab = view.id;
    void this.tellFacts(source);
    const query = view.query();
    if (!query) return this.pane.invite(t(view.invitation));
    const asked = structuredClone(settings) as Settings;
    const controller = (this.running = new AbortController());
    this.pane.working();
    try {
      const answer = await this.answers.ask(source, query, controller.signal, (share) => {
        if (this.running === controller && !controller.signal.aborted) this.pane.progress(share);
      });
      if (this.running === controller) this.pane.show(view.content(answer, asked));
    } catch (error) {
      if (this.running !== controller) return;
      if (error instanceof Cancelled) this.pane.invite(t('pane.cancelled'));
      else this.pane.failed(reasonOf(error));
    }
  }

  private cancel(): void {
    this.running?.abort();
  }

  private async tellFacts(source: VectorSource): Promise<void> {
    const name = this.actions.nameOf(source);
    if (sameSource(this.told, source)) return;
    this.told = source;
    this.pane.title(name, '');
    try {
      const facts = await this.answers.ask(source, { kind: 'facts' });
      if (facts.kind !== 'facts' || !sameSource(this.source, source)) return;
      const { words, size, unseen } = facts;
      const sentence = t('source.facts', { words: words.toLocaleString(), size });
      this.pane.title(name, unseen ? `${sentence}, ${t('source.unseen')}` : sentence);
    } catch {
      // The question itself meets the same difficulty, and says so.
      this.told = undefined;
    }
  }
}
