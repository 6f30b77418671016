type Child = Node | string | undefined | false;

type Properties<E> = {
  class?: string;
  /** Attributes as they are; false and undefined leave one out. */
  attributes?: Record<string, string | number | boolean | undefined>;
  on?: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
} & { [K in 'textContent' | 'title' | 'hidden' | 'id' | 'tabIndex']?: E extends HTMLElement ? HTMLElement[K] : never };

/** Makes an element: `h('p', { class: 'note' }, 'text')`. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties?: Properties<HTMLElementTagNameMap[K]>,
  ...children: Child[]
): HTMLElementTagNameMap[K];
export function h(tag: string, properties?: Properties<HTMLElement>, ...children: Child[]): HTMLElement;
export function h(tag: string, properties: Properties<HTMLElement> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  const { class: className, attributes = {}, on = {}, ...plain } = properties;
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener as EventListener);
  Object.assign(element, plain);
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/** Sets, or for false and undefined removes, an attribute; touches nothing when it is so already. */
export function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else {
    const text = value === true ? '' : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** Sets text only when it is new, so that screen readers and selections are left in peace. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

let lastId = 0;
/** An id that no other element of the page has. */
export function uniqueId(prefix: string): string {
  return `${prefix}-${++lastId}`;
}
