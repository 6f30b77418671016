import { h, setAttribute, setHidden, uniqueId } from '../common/dom';
import { t } from './strings';

export interface ComboboxOptions {
  label: string;
  /** Several words may be written; the last one is completed. */
  several?: boolean;
  placeholder?: string;
  complete: (prefix: string) => Promise<string[]>;
  changed: (value: string) => void;
  /** Enter was pressed, or a completion taken that ends the field. */
  submit: () => void;
}

/** Milliseconds after the last key before completions are asked for. */
const PATIENCE = 90;

/** A field for words with completions (WAI-ARIA Authoring Practices, combobox with list autocomplete). */
export class Combobox {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private words: string[] = [];
  private active = -1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts questions, so that a late answer to an old one is left out. */
  private asked = 0;

  constructor(private readonly options: ComboboxOptions) {
    const [field, list] = [uniqueId('field'), uniqueId('completions')];
    this.list = h('ul', {
      class: 'completions',
      id: list,
      hidden: true,
      attributes: { role: 'listbox', 'aria-label': t('field.completions') },
    });
    this.input = h('input', {
      id: field,
      class: 'text-field',
      attributes: {
        type: 'text',
        role: 'combobox',
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: options.placeholder,
        'aria-autocomplete': 'list',
        'aria-expanded': 'false',
        'aria-controls': list,
      },
      on: {
        input: () => this.typed(),
        keydown: (event) => this.onKey(event),
        blur: () => this.close(),
      },
    });
    this.element = h(
      'div',
      { class: options.several ? 'combobox wide' : 'combobox' },
      h('label', { textContent: options.label, attributes: { for: field } }),
      h('div', { class: 'combobox-field' }, this.input, this.list),
    );
  }

  draw(value: string): void {
    if (this.input.value !== value) this.input.value = value;
  }

  focus(): void {
    this.input.focus();
  }

  private typed(): void {
    this.options.changed(this.input.value);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.complete(), PATIENCE);
  }

  private prefix(): string {
    const { value } = this.input;
    return this.options.several ? (/[^\s,;]*$/u.exec(value)?.[0] ?? '') : value.trim();
  }

  private async complete(): Promise<void> {
    const prefix = this.prefix();
    const asked = ++this.asked;
    const words = prefix === '' ? [] : await this.options.complete(prefix);
    if (asked !== this.asked || document.activeElement !== this.input) return;
    this.words = words.filter((word) => word !== prefix);
    this.show(-1);
  }

  private show(active: number): void {
    this.active = active;
    const open = this.words.length > 0;
    setHidden(this.list, !open);
    setAttribute(this.input, 'aria-expanded', String(open));
    const ids = this.words.map((_, i) => `${this.list.id}-${i}`);
    setAttribute(this.input, 'aria-activedescendant', ids[active]);
    this.list.replaceChildren(
      ...this.words.map((word, i) =>
        h('li', {
          id: ids[i],
          textContent: word,
          attributes: { role: 'option', 'aria-selected': String(i === active) },
          // Before the field loses the focus.
          on: { pointerdown: (event) => this.press(event, i) },
        }),
      ),
    );
    this.list.children[active]?.scrollIntoView({ block: 'nearest' });
  }

  private press(event: PointerEvent, index: number): void {
    event.preventDefault();
    this.take(index);
  }

  private take(index: number): void {
    const word = this.words[index];
    const { value } = this.input;
    const before = this.options.several ? value.slice(0, value.length - this.prefix().length) : '';
    this.input.value = this.options.several ? `${before}${word} ` : word;
    this.options.changed(this.input.value);
    this.close();
    if (!this.options.several) this.options.submit();
  }

  private close(): void {
    this.asked++;
    clearTimeout(this.timer);
    this.words = [];
    this.show(-1);
  }

  private onKey(event: KeyboardEvent): void {
    const open = this.words.length > 0;
    const { key } = event;
    if (key === 'ArrowDown' && !open) void this.complete();
    else if (key === 'ArrowDown') this.show((this.active + 1) % this.words.length);
    else if (key === 'ArrowUp' && open) this.show((this.active <= 0 ? this.words.length : this.active) - 1);
    else if (key === 'Escape' && open) this.close();
    else if (key === 'Enter' && open && this.active >= 0) this.take(this.active);
    else if (key === 'Enter') {
      this.close();
      this.options.submit();
    } else return;
    event.preventDefault();
  }
}
