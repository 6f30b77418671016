import type { Difference } from './differences';
import { h, setAttribute, setHidden, setText } from '../common/dom';
import { againstBaseline, bestText } from './facts';
import { formatSetting, formatWhen } from './format';
import { judgementOf } from './judged';
import { icon, type IconName } from '../common/icons';
import type { Unit } from './settings';
import { shownStatus, type Run } from './state';
import { StatusView } from './status';
import { t } from './strings';
import type { Look } from './identity';
import { swatch } from './swatch';

export interface RowActions {
  show: (folder: string, shown: boolean) => void;
  look: (folder: string) => void;
  rename: (folder: string, name: string) => void;
  remove: (folder: string) => void;
  resume: (folder: string) => void;
}

export interface RowState {
  shown: boolean;
  current: boolean;
  look: Look | undefined;
  differences: Difference[];
  unit: Unit;
}

/** One run of the list. */
export class RunRow {
  readonly element: HTMLLIElement;
  readonly checkbox = h('input', { class: 'checkbox', attributes: { type: 'checkbox' } });
  private readonly mark = h('span', { class: 'run-mark' });
  private readonly name = h('button', { class: 'run-name', attributes: { type: 'button' } });
  private readonly status = new StatusView();
  private readonly best = h('span', { class: 'run-best' });
  private readonly delta = h('span', { class: 'run-delta' });
  private readonly when = h('time', { class: 'run-when' });
  private readonly differences = h('ul', { class: 'differences', attributes: { 'aria-label': t('runs.differences') } });
  private readonly tools: Record<'resume' | 'rename' | 'remove', HTMLButtonElement>;
  private drawnMark = '';
  private drawnDifferences = '';
  private run: Run;

  constructor(
    run: Run,
    private readonly actions: RowActions,
  ) {
    this.run = run;
    const { folder } = run;
    this.checkbox.addEventListener('change', () => actions.show(folder, this.checkbox.checked));
    this.name.addEventListener('click', () => actions.look(folder));
    this.tools = {
      resume: rowTool('play', () => actions.resume(folder)),
      rename: rowTool('pen', () => this.edit()),
      remove: rowTool('trash', () => actions.remove(folder)),
    };
    this.element = h(
      'li',
      { class: 'run', on: { keydown: (event) => this.onKey(event) } },
      this.checkbox,
      this.mark,
      h('div', { class: 'run-main' }, this.name),
      this.differences,
      h('div', { class: 'run-numbers' }, this.best, this.delta),
      h(
        'div',
        { class: 'run-foot' },
        h('div', { class: 'run-state' }, this.status.element, this.when),
        h('div', { class: 'run-tools' }, ...Object.values(this.tools)),
      ),
    );
  }

  draw(run: Run, state: RowState): void {
    this.run = run;
    const { name } = run.record;
    if (this.checkbox.checked !== state.shown) this.checkbox.checked = state.shown;
    setAttribute(this.checkbox, 'aria-label', t('runs.show', { name }));
    setText(this.name, name);
    setAttribute(this.name, 'title', t('runs.look', { name }));
    setAttribute(this.name, 'aria-current', state.current && 'true');
    setAttribute(this.element, 'class', state.current ? 'run current' : 'run');
    this.status.draw(run);
    const comparison = againstBaseline(run, state.unit);
    setText(this.best, bestText(run, state.unit));
    setAttribute(this.best, 'title', `${t('runs.best')} (${judgementOf(run, state.unit).word})`);
    setText(this.delta, comparison?.short ?? '');
    setAttribute(this.delta, 'title', comparison?.sentence ?? '');
    setAttribute(this.delta, 'class', `run-delta ${comparison?.tone ?? ''}`);
    setText(this.when, formatWhen(run.record.created));
    setAttribute(this.when, 'datetime', run.record.created);
    this.drawMark(state.look);
    this.drawDifferences(state.differences);
    this.drawTools(run, name);
  }

  /** Turns the name into a field. Enter or leaving it renames, Escape does not. */
  edit(): void {
    const { folder, record } = this.run;
    const field = h('input', {
      class: 'run-field',
      attributes: { type: 'text', maxlength: 200, 'aria-label': t('runs.newName', { name: record.name }) },
    });
    field.value = record.name;
    let open = true;
    const close = (rename: boolean) => {
      if (!open) return;
      open = false;
      field.replaceWith(this.name);
      const name = field.value.trim();
      if (rename && name !== '' && name !== record.name) this.actions.rename(folder, name);
      this.name.focus();
    };
    field.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      // The same key must not press the name, which has the focus next.
      event.preventDefault();
      close(event.key === 'Enter');
    });
    field.addEventListener('blur', () => close(true));
    this.name.replaceWith(field);
    field.focus();
    field.select();
  }

  private drawMark(look: Look | undefined): void {
    const wanted = JSON.stringify(look ?? null);
    if (wanted === this.drawnMark) return;
    this.drawnMark = wanted;
    this.mark.replaceChildren(...(look ? [swatch(look)] : []));
  }

  private drawDifferences(list: Difference[]): void {
    const wanted = JSON.stringify(list);
    if (wanted === this.drawnDifferences) return;
    this.drawnDifferences = wanted;
    this.differences.replaceChildren(...differenceItems(list));
    setHidden(this.differences, list.length === 0);
  }

  private drawTools(run: Run, name: string): void {
    const status = shownStatus(run);
    const busy = status === 'running' || status === 'paused' || status === 'elsewhere';
    setHidden(this.tools.resume, busy);
    setHidden(this.tools.remove, busy);
    label(this.tools.resume, t('runs.resumeOf', { name }));
    label(this.tools.rename, t('runs.renameOf', { name }));
    label(this.tools.remove, t('runs.deleteOf', { name }));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'F2') this.edit();
    else if (event.key === 'Delete' && !this.tools.remove.hidden) this.actions.remove(this.run.folder);
    else return;
    event.preventDefault();
  }
}

/** Recipe keys with their values, as items of a list. */
export function differenceItems(list: Difference[]): HTMLLIElement[] {
  return list.map(({ path, value }) => {
    // The last part of a path tells enough; the whole path is there for those who ask.
    const key = path.split('.').at(-1) ?? path;
    return h('li', { title: path }, h('span', { class: 'quiet', textContent: key }), ` ${formatSetting(value)}`);
  });
}

function rowTool(name: IconName, press: () => void): HTMLButtonElement {
  return h('button', { class: 'tool', attributes: { type: 'button' }, on: { click: press } }, icon(name));
}

function label(element: HTMLElement, words: string): void {
  setAttribute(element, 'aria-label', words);
  setAttribute(element, 'title', words);
}
