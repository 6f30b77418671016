import { h } from '../common/dom';
import { icon, type IconName } from '../common/icons';
import { shownStatus, type Run } from './state';
import { t } from './strings';

const icons: Record<ReturnType<typeof shownStatus>, IconName> = {
  running: 'running',
  paused: 'pause',
  done: 'check',
  stopped: 'stop',
  early: 'early',
  failed: 'cross',
  interrupted: 'broken',
  elsewhere: 'elsewhere',
};

/** The status of a run as icon and words. */
export class StatusView {
  readonly element = h('span', { class: 'status' });
  private drawn = '';

  draw(run: Run): void {
    const status = shownStatus(run);
    if (status === this.drawn) return;
    this.drawn = status;
    this.element.className = `status status-${status}`;
    this.element.replaceChildren(icon(icons[status]), t(`status.${status}`));
  }
}
