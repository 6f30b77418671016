import { h } from './dom';

/** A small button that shows an icon or a few letters; `words` say what it does. */
export function tool(face: SVGElement | string, words: string, press: () => void): HTMLButtonElement {
  const attributes = { type: 'button', 'aria-label': words };
  return h('button', { class: 'tool', title: words, attributes, on: { click: press } }, face);
}
