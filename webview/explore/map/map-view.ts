import { h, setHidden, setText, uniqueId } from '../../common/dom';
import { icon } from '../../common/icons';
import { tool } from '../../common/tool';
import type { Frame, Picture } from '../picture/picture';
import { t } from '../strings';
import { nearestTo, nextTowards, inside } from './geometry';
import { drawMap } from './map-drawing';
import { MapPointer } from './map-pointer';
import { Selection } from './selection';
import { Viewport, type Place } from './viewport';

export interface MapWord extends Place {
  word: string;
}

export interface MapOptions {
  label: string;
  /** A person asked for the neighbours of a word. */
  press: (word: string) => void;
  exportWords: (words: string[]) => void;
  /** A click does what Enter does, and selects only with the lasso; without it a click selects. */
  clickPresses?: boolean;
  /** How the map is used, where it is not as on the page of word vectors. */
  hint?: string;
}

const REACH = 14;
const STEP = 40;
const ZOOM = 1.4;
const directions: Readonly<Record<string, Place>> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The map that can be moved, zoomed, read word by word, and selected from with a lasso or the keyboard. */
export class MapView implements Picture {
  readonly element: HTMLElement;
  readonly tools: readonly HTMLButtonElement[];
  readonly below: HTMLElement;
  private readonly surface: HTMLElement;
  private readonly reading = h('p', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  private readonly lassoTool: HTMLButtonElement;
  private readonly resetTool: HTMLButtonElement;
  private readonly viewport: Viewport;
  private readonly selection: Selection;
  private readonly pointer: MapPointer;
  private frame: Frame | undefined;
  private height = 0;
  private places: Place[] = [];
  /** The word that the pointer or the keyboard is on. */
  private current: number | undefined;
  private drawn: SVGSVGElement | undefined;
  private waiting = false;

  constructor(
    private readonly words: readonly MapWord[],
    private readonly options: MapOptions,
  ) {
    this.viewport = new Viewport(words);
    const hint = uniqueId('hint');
    this.surface = h('div', {
      class: 'map-surface',
      tabIndex: 0,
      attributes: { role: 'application', 'aria-label': options.label, 'aria-describedby': hint },
      on: {
        keydown: (event) => this.onKey(event),
        blur: () => this.lookAt(undefined),
        dblclick: () => this.change(() => this.viewport.reset()),
      },
    });
    this.lassoTool = tool(icon('lasso'), t('map.lasso'), () => this.toggleLasso());
    this.lassoTool.setAttribute('aria-pressed', 'false');
    this.resetTool = tool(icon('reset'), t('map.reset'), () => this.change(() => this.viewport.reset()));
    this.tools = [
      this.lassoTool,
      tool(icon('zoomIn'), t('map.zoomIn'), () => this.change(() => this.viewport.zoom(ZOOM))),
      tool(icon('zoomOut'), t('map.zoomOut'), () => this.change(() => this.viewport.zoom(1 / ZOOM))),
      this.resetTool,
    ];
    this.selection = new Selection({
      changed: () => this.redraw(),
      exportWords: () => options.exportWords(this.selectedWords()),
      press: options.press,
    });
    this.pointer = new MapPointer(this.surface, {
      lassoing: () => this.lassoTool.getAttribute('aria-pressed') === 'true',
      pan: (dx, dy) => this.change(() => this.viewport.pan(dx, dy)),
      zoom: (factor, around) => this.change(() => this.viewport.zoom(factor, around)),
      over: (place) => this.lookAt(place && nearestTo(this.places, place, REACH)),
      press: (place) => this.click(nearestTo(this.places, place, REACH)),
      lasso: () => this.redraw(),
      lassoed: (line) => this.select(line),
    });
    const description = h('p', { class: 'hint', id: hint, textContent: options.hint ?? t('map.hint') });
    this.element = h('div', { class: 'map' }, this.surface, this.reading);
    this.below = h('div', { class: 'map-below' }, this.selection.element, description);
  }

  draw(frame: Frame): void {
    this.frame = frame;
    this.height = Math.round(Math.min(640, Math.max(320, frame.width * 0.68)));
    this.viewport.resize(frame.width, this.height);
    this.places = this.words.map((word) => this.viewport.toPixels(word));
    this.drawn = drawMap(
      {
        words: this.words,
        places: this.places,
        selected: this.selection.ids,
        current: this.current,
        lasso: this.pointer.line,
        size: { width: frame.width, height: this.height },
      },
      frame.theme,
    );
    this.surface.replaceChildren(this.drawn);
    this.resetTool.disabled = !this.viewport.isZoomed;
  }

  snapshot(): SVGSVGElement {
    if (!this.drawn) throw new Error('There is no picture yet.');
    return this.drawn.cloneNode(true) as SVGSVGElement;
  }

  private selectedWords(): string[] {
    return [...this.selection.ids].map((id) => this.words[id].word);
  }

  private toggleLasso(): void {
    const on = this.lassoTool.getAttribute('aria-pressed') !== 'true';
    this.lassoTool.setAttribute('aria-pressed', String(on));
    this.surface.classList.toggle('lassoing', on);
  }

  private select(line: readonly Place[]): void {
    const found = this.places.flatMap((place, id) => (inside(place, line) ? [id] : []));
    this.selection.set(found, this.words.map(({ word }) => word)); // prettier-ignore
    this.say(t('map.selected', { count: found.length }));
  }

  private click(id: number | undefined): void {
    if (id === undefined || !this.options.clickPresses) this.toggle(id);
    else this.options.press(this.words[id].word);
  }

  private toggle(id: number | undefined): void {
    if (id === undefined) return;
    const ids = new Set(this.selection.ids);
    if (!ids.delete(id)) ids.add(id);
    this.selection.set([...ids], this.words.map(({ word }) => word)); // prettier-ignore
  }

  private lookAt(id: number | undefined): void {
    if (id === this.current) return;
    this.current = id;
    this.redraw();
  }

  private change(how: () => void): void {
    how();
    this.redraw();
  }

  /** Once a frame, however often the pointer moves. */
  private redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.frame && this.element.isConnected) this.draw(this.frame);
    });
  }

  private say(sentence: string): void {
    setText(this.reading, sentence);
    setHidden(this.reading, false);
  }

  private onKey(event: KeyboardEvent): void {
    const direction = directions[event.key];
    if (direction && event.shiftKey) this.change(() => this.viewport.pan(-STEP * direction.x, -STEP * direction.y));
    else if (direction) this.step(direction);
    else if (event.key === '+' || event.key === '=') this.change(() => this.viewport.zoom(ZOOM));
    else if (event.key === '-') this.change(() => this.viewport.zoom(1 / ZOOM));
    else if (event.key === '0') this.change(() => this.viewport.reset());
    else if (event.key === ' ') this.toggleCurrent();
    else if (event.key === 'Enter' && this.current !== undefined) this.options.press(this.words[this.current].word);
    else if (event.key === 'Escape') this.selection.set([], []);
    else return;
    event.preventDefault();
  }

  private step(direction: Place): void {
    const next = this.current === undefined ? this.central() : nextTowards(this.places, this.current, direction);
    if (next === undefined) return;
    this.current = next;
    this.viewport.reveal(this.words[next]);
    this.redraw();
    const { word, x, y } = this.words[next];
    this.say(t('map.read', { word, x: x.toPrecision(3), y: y.toPrecision(3) }));
  }

  private toggleCurrent(): void {
    this.toggle(this.current);
    if (this.current !== undefined && this.selection.ids.has(this.current))
      this.say(t('map.readSelected', { word: this.words[this.current].word }));
  }

  private central(): number | undefined {
    const middle = { x: (this.frame?.width ?? 0) / 2, y: this.height / 2 };
    return nearestTo(this.places, middle, Infinity);
  }
}
