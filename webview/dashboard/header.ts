import { button } from '../common/button';
import { h, setAttribute, setHidden, setText, uniqueId } from '../common/dom';
import { headerFacts, isCounter, isOpen, progressOf, type Fact } from './facts';
import { formatCount } from './format';
import type { Unit } from './settings';
import { shownStatus, type Run } from './state';
import { StatusView } from './status';
import { t } from './strings';

export type HeaderCommand = 'pause' | 'resume' | 'stop' | 'sample' | 'openRunFolder' | 'showLog' | 'resumeTraining';

interface FactView {
  element: HTMLElement;
  label: HTMLElement;
  value: HTMLElement;
  detail: HTMLElement;
}

/** What the run in hand is, how it stands, and what can be done with it. */
export class HeaderView {
  readonly element: HTMLElement;
  private readonly name: HTMLElement;
  private readonly status = new StatusView();
  private readonly about = h('p', { class: 'about' });
  private readonly message = h('p', { class: 'message' });
  private readonly facts: FactView[] = [];
  private readonly factList = h('dl', { class: 'facts' });
  private readonly bar = h('div', { class: 'bar' });
  private readonly progress: HTMLElement;
  private readonly buttons: Record<HeaderCommand | 'forecast', HTMLElement>;

  constructor(command: (name: HeaderCommand) => void) {
    const heading = uniqueId('run');
    this.name = h('h1', { id: heading });
    this.progress = h(
      'div',
      {
        class: 'progress',
        attributes: {
          role: 'progressbar',
          'aria-label': t('header.progress'),
          'aria-valuemin': 0,
          'aria-valuemax': 100,
        },
      },
      this.bar,
    );
    this.buttons = {
      pause: button('pause', t('action.pause'), () => command('pause'), true),
      resume: button('play', t('action.continue'), () => command('resume'), true),
      resumeTraining: button('play', t('action.resume'), () => command('resumeTraining'), true),
      stop: button('stop', t('action.stop'), () => command('stop')),
      sample: button('pen', t('action.sample'), () => command('sample')),
      forecast: button('pen', t('action.forecast'), () => command('sample')),
      openRunFolder: button('folder', t('action.openFolder'), () => command('openRunFolder')),
      showLog: button('log', t('action.showLog'), () => command('showLog')),
    };
    this.element = h(
      'section',
      { class: 'header', attributes: { 'aria-labelledby': heading } },
      h(
        'div',
        { class: 'headline' },
        h('div', { class: 'title' }, h('div', { class: 'name-line' }, this.name, this.status.element), this.about),
        h('div', { class: 'actions' }, ...Object.values(this.buttons)),
      ),
      this.progress,
      this.message,
      this.factList,
    );
  }

  /** @param from name of the run whose weights this one began with */
  draw(run: Run, unit: Unit, from?: string): void {
    setText(this.name, run.record.name);
    this.status.draw(run);
    setText(this.about, aboutOf(run, from));
    this.drawMessage(run);
    this.drawProgress(run);
    const facts = headerFacts(run, unit);
    facts.forEach((fact, i) => this.drawFact(this.facts[i] ?? this.addFact(), fact));
    this.facts.forEach(({ element }, i) => setHidden(element, i >= facts.length));
    this.drawButtons(run);
  }

  private drawMessage(run: Run): void {
    const status = shownStatus(run);
    const explained = {
      early: 'status.early.detail',
      interrupted: 'status.interrupted.detail',
      elsewhere: 'status.elsewhere.detail',
    } as const;
    const detail = status in explained ? t(explained[status as keyof typeof explained]) : '';
    const failure = status === 'failed' ? (run.series.finished?.message ?? run.record.message ?? '') : '';
    const text = [failure || detail, ...run.series.warnings].filter(Boolean).join(' ');
    setText(this.message, text);
    setHidden(this.message, text === '');
    setAttribute(
      this.message,
      'class',
      failure ? 'message error' : run.series.warnings.length > 0 ? 'message warning' : 'message',
    );
  }

  private drawProgress(run: Run): void {
    setHidden(this.progress, !isOpen(run));
    const percent = progressOf(run) * 100;
    this.bar.style.width = `${percent.toFixed(1)}%`;
    setAttribute(this.progress, 'aria-valuenow', Math.floor(percent));
  }

  private addFact(): FactView {
    const [label, value, detail] = [h('dt'), h('dd', { class: 'value' }), h('dd', { class: 'detail' })];
    const view = { element: h('div', { class: 'fact' }, label, value, detail), label, value, detail };
    this.factList.append(view.element);
    this.facts.push(view);
    return view;
  }

  private drawFact(view: FactView, fact: Fact): void {
    setText(view.label, fact.label);
    setText(view.value, fact.value);
    setText(view.detail, fact.detail);
    setAttribute(view.value, 'class', fact.tone ? `value ${fact.tone}` : 'value');
  }

  private drawButtons(run: Run): void {
    const status = shownStatus(run);
    const open = isOpen(run);
    setHidden(this.buttons.pause, !open || status === 'paused');
    setHidden(this.buttons.resume, !open || status !== 'paused');
    setHidden(this.buttons.stop, !open);
    const { task } = run.record.recipe;
    setHidden(this.buttons.sample, task !== 'language-model' && task !== 'label-to-sequence');
    setHidden(this.buttons.forecast, task !== 'series');
    // What has counted to the end has nothing to go on with.
    const over = isCounter(run) && status === 'done';
    setHidden(this.buttons.resumeTraining, open || over || status === 'elsewhere' || status === 'running');
  }
}

/** How large the model is, what it reads, and what it began with. */
function aboutOf({ record: { parameters, source } }: Run, from: string | undefined): string {
  const parts = [
    ...(parameters ? [t('header.parameters', { parameters: formatCount(parameters) })] : []),
    source.label,
    ...(from === undefined ? [] : [t('header.from', { run: from })]),
  ];
  return parts.join(' · ');
}
