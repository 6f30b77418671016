import type { TaskName } from '../../src/core/recipe/schema';
import type { SampleEvent } from '../../src/core/runs/events';
import { h, setHidden, setText, uniqueId } from '../common/dom';
import { formatCount } from './format';
import { icon } from '../common/icons';
import type { Run } from './state';
import { t, type StringKey } from './strings';

/** Samples that are shown before a person asks for older ones. */
const FIRST = 8;

/** What the model of the run in hand wrote, newest first; the newest is open, older ones open on request. */
export class SamplesView {
  readonly element: HTMLElement;
  private readonly list = h('ol', { class: 'samples' });
  private readonly title = h('h2');
  private readonly about = h('p', { class: 'quiet' });
  private readonly none = h('p', { class: 'quiet', textContent: t('samples.none') });
  private readonly older: HTMLButtonElement;
  private readonly items = new Map<SampleEvent, HTMLLIElement>();
  private run: Run | undefined;
  private limit = FIRST;

  constructor() {
    const heading = uniqueId('samples');
    this.title.id = heading;
    this.older = h('button', { class: 'link', attributes: { type: 'button' }, on: { click: () => this.showOlder() } });
    this.element = h(
      'section',
      { class: 'panel', attributes: { 'aria-labelledby': heading } },
      h('header', { class: 'panel-header' }, this.title, this.about),
      this.none,
      this.list,
      this.older,
    );
  }

  draw(run: Run): void {
    if (run !== this.run) {
      this.run = run;
      this.limit = FIRST;
    }
    const words = wordsOf(run.record.recipe.task);
    setText(this.title, t(words.title));
    setText(this.about, t(words.about));
    const newest = run.series.samples.slice(-this.limit).reverse();
    const wanted = new Set(newest);
    for (const [sample, item] of this.items) {
      if (wanted.has(sample)) continue;
      item.remove();
      this.items.delete(sample);
    }
    let before: Element | null = this.list.firstElementChild;
    for (const sample of newest) {
      const known = this.items.get(sample);
      const item = known ?? this.add(sample, sample === newest[0], words.drawn);
      if (item === before) before = before.nextElementSibling;
      else this.list.insertBefore(item, before);
    }
    const hidden = run.series.samples.length - newest.length;
    setHidden(this.none, newest.length > 0);
    setHidden(this.older, hidden <= 0);
    setText(this.older, t('samples.older', { count: hidden }));
  }

  private add(sample: SampleEvent, open: boolean, drawn: boolean): HTMLLIElement {
    const id = uniqueId('sample');
    const toggle = h(
      'button',
      { class: 'sample-head', attributes: { type: 'button', 'aria-controls': id, 'aria-expanded': String(open) } },
      icon('chevron'),
      h('span', { textContent: t('samples.step', { step: formatCount(sample.step) }) }),
      // What was not drawn by chance has no temperature.
      drawn &&
        h('span', { class: 'quiet', textContent: t('samples.temperature', { temperature: sample.temperature }) }),
    );
    toggle.addEventListener('click', () => {
      toggle.setAttribute('aria-expanded', String(toggle.getAttribute('aria-expanded') !== 'true'));
    });
    const item = h('li', {}, toggle, h('pre', { id, textContent: sample.text }));
    if (open) this.foldOthers();
    this.items.set(sample, item);
    return item;
  }

  /** Folds what opened by itself, not what a person opened: only the one that was newest until now. */
  private foldOthers(): void {
    const newest = this.list.firstElementChild?.querySelector('.sample-head');
    newest?.setAttribute('aria-expanded', 'false');
  }

  private showOlder(): void {
    this.limit += 25;
    if (this.run) this.draw(this.run);
  }
}

interface Words {
  title: StringKey;
  about: StringKey;
  /** Whether chance had a part in it. */
  drawn: boolean;
}

/** What samples are, by what the model has learned. */
function wordsOf(task: TaskName): Words {
  switch (task) {
    case 'classification':
    case 'multi-label':
      return { title: 'samples.titleExamples', about: 'samples.aboutExamples', drawn: false };
    case 'series':
      return { title: 'samples.titleValues', about: 'samples.aboutValues', drawn: false };
    case 'embeddings':
      return { title: 'samples.titleNeighbours', about: 'samples.aboutNeighbours', drawn: false };
    case 'label-to-sequence':
      return { title: 'samples.title', about: 'samples.aboutLabels', drawn: true };
    default:
      return { title: 'samples.title', about: 'samples.about', drawn: true };
  }
}
