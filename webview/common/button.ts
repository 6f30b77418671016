import '@vscode-elements/elements/dist/vscode-button/index.js';
import { h, setAttribute } from './dom';
import { icon, type IconName } from './icons';

/** A button in VS Code's looks with an icon and words. */
export function button(name: IconName, words: string, press: () => void, primary = false): HTMLElement {
  const element = h('vscode-button', { on: { click: press } }, icon(name), words);
  setAttribute(element, 'secondary', !primary);
  element.firstElementChild?.setAttribute('slot', 'content-before');
  return element;
}
