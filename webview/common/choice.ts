import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import { h } from './dom';

type Select = HTMLElement & { value: string };

/** A labelled choice among a few words. */
export class Choice {
  readonly element: HTMLElement;
  private readonly select: Select;
  private drawn = '';

  constructor(label: string, choose: (value: string) => void) {
    this.select = h('vscode-single-select', { attributes: { label } }) as Select;
    this.select.addEventListener('change', () => choose(this.select.value));
    this.element = h(
      'div',
      { class: 'choice' },
      h('span', { textContent: label, attributes: { 'aria-hidden': 'true' } }),
      this.select,
    );
  }

  /** Sets what can be chosen and what is. */
  draw(options: { value: string; label: string }[], value: string): void {
    const wanted = JSON.stringify(options);
    if (wanted !== this.drawn) {
      this.drawn = wanted;
      this.select.replaceChildren(
        ...options.map((one) =>
          h('vscode-option', {
            textContent: one.label,
            attributes: { value: one.value, selected: one.value === value },
          }),
        ),
      );
    }
    if (this.select.value !== value) this.select.value = value;
  }
}
