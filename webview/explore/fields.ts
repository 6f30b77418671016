import { h, uniqueId } from '../common/dom';

/** A field for a whole number within limits; what lies outside is brought back to the nearest limit. */
export class NumberField {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;

  constructor(label: string, [least, most]: readonly [number, number], changed: (value: number) => void) {
    const id = uniqueId('number');
    this.input = h('input', {
      id,
      class: 'text-field number',
      attributes: { type: 'number', min: least, max: most, step: 1 },
      on: {
        change: () => {
          const value = Math.min(most, Math.max(least, Math.round(Number(this.input.value) || least)));
          this.input.value = String(value);
          changed(value);
        },
      },
    });
    this.element = h(
      'div',
      { class: 'choice' },
      h('label', { textContent: label, attributes: { for: id } }),
      this.input,
    );
  }

  draw(value: number): void {
    if (Number(this.input.value) !== value) this.input.value = String(value);
  }
}

/** Buttons that put an example into the fields. */
export function examples(label: string, list: readonly { label: string; use: () => void }[]): HTMLElement {
  return h(
    'p',
    { class: 'examples' },
    h('span', { class: 'quiet', textContent: label }),
    ...list.map((one) =>
      h('button', { class: 'chip', textContent: one.label, attributes: { type: 'button' }, on: { click: one.use } }),
    ),
  );
}
