import type { EvaluationEvent } from '../../src/core/runs/events';
import { classesTable } from './classes-content';
import { h, setHidden, uniqueId } from '../common/dom';
import type { Run } from './state';
import { t } from './strings';
import { TableView } from '../common/table';

/** How well the run in hand tells each class, and what it takes it for. */
export class ClassesView {
  readonly element: HTMLElement;
  private readonly table = new TableView();
  private drawn: EvaluationEvent | undefined;

  constructor() {
    const heading = uniqueId('classes');
    this.element = h(
      'section',
      { class: 'panel classes', attributes: { 'aria-labelledby': heading } },
      h('header', { class: 'panel-header' }, h('h2', { id: heading, textContent: t('classes.title') })),
      this.table.element,
    );
    setHidden(this.table.element, false);
  }

  draw(run: Run): void {
    const event = run.series.evaluations.findLast(({ classes }) => classes !== undefined);
    setHidden(this.element, event === undefined);
    if (!event || event === this.drawn) return;
    this.drawn = event;
    this.table.draw(classesTable(event));
  }
}
