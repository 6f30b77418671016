import { button } from '../common/button';
import { Choice } from '../common/choice';
import { h, setText, uniqueId } from '../common/dom';
import { horizontals, MOST_SMOOTHING, units, type Settings } from './settings';
import { t } from './strings';

export interface ControlActions {
  change: (change: (settings: Settings) => void) => void;
  exportCsv: () => void;
}

/** What holds for all charts: unit, axes, smoothing, export. */
export class ControlsView {
  readonly element: HTMLElement;
  private readonly unit: Choice;
  private readonly horizontal: Choice;
  private readonly slider: HTMLInputElement;
  private readonly output = h('span', { class: 'amount' });

  constructor(actions: ControlActions) {
    const pick = <T extends string>(list: readonly T[], value: string, set: (settings: Settings, value: T) => void) => {
      const found = list.find((one) => one === value);
      if (found) actions.change((settings) => set(settings, found));
    };
    this.unit = new Choice(t('controls.unit'), (value) => pick(units, value, (settings, one) => (settings.unit = one)));
    this.horizontal = new Choice(t('controls.horizontal'), (value) =>
      pick(horizontals, value, (settings, one) => (settings.horizontal = one)),
    );
    const id = uniqueId('smoothing');
    this.slider = h('input', {
      id,
      attributes: { type: 'range', min: 0, max: MOST_SMOOTHING, step: 0.01 },
      on: { input: () => actions.change((settings) => (settings.smoothing = Number(this.slider.value))) },
    });
    const smoothing = h(
      'div',
      { class: 'choice smoothing' },
      h('label', { textContent: t('controls.smoothing'), attributes: { for: id } }),
      this.slider,
      this.output,
    );
    this.element = h(
      'div',
      { class: 'controls', attributes: { role: 'toolbar', 'aria-label': t('controls.label') } },
      this.unit.element,
      this.horizontal.element,
      smoothing,
      h('span', { class: 'spring' }),
      button('picture', t('controls.exportCsv'), actions.exportCsv),
    );
  }

  draw(settings: Settings): void {
    this.unit.draw(units.map((value) => ({ value, label: t(`unit.${value}`) })), settings.unit); // prettier-ignore
    this.horizontal.draw(horizontals.map((value) => ({ value, label: t(`horizontal.${value}`) })), settings.horizontal); // prettier-ignore
    if (Number(this.slider.value) !== settings.smoothing) this.slider.value = String(settings.smoothing);
    setText(this.output, settings.smoothing.toFixed(2));
  }
}
