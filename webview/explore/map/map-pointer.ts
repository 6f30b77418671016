import type { Place } from './viewport';

export interface PointerActions {
  /** A drag draws a lasso instead of moving the map. */
  lassoing: () => boolean;
  pan: (dx: number, dy: number) => void;
  zoom: (factor: number, around: Place) => void;
  over: (place: Place | undefined) => void;
  press: (place: Place) => void;
  /** The line has grown. */
  lasso: () => void;
  lassoed: (line: readonly Place[]) => void;
}

/** Pixels that a press may wander and still be one. */
const STILL = 4;

/** What pointer and wheel mean on a map. */
export class MapPointer {
  /** The lasso that is being drawn. */
  line: Place[] = [];
  private from: Place | undefined;
  private dragged = false;
  private drawing = false;

  constructor(
    private readonly surface: HTMLElement,
    private readonly actions: PointerActions,
  ) {
    surface.addEventListener('pointerdown', (event) => this.down(event));
    surface.addEventListener('pointermove', (event) => this.move(event));
    surface.addEventListener('pointerup', (event) => this.up(event));
    surface.addEventListener('pointercancel', () => this.stop());
    surface.addEventListener('pointerleave', () => this.from || actions.over(undefined));
    surface.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  }

  private placeOf(event: MouseEvent): Place {
    const { left, top } = this.surface.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.surface.setPointerCapture(event.pointerId);
    this.from = this.placeOf(event);
    this.dragged = false;
    this.drawing = event.shiftKey !== this.actions.lassoing();
    this.line = [];
  }

  private move(event: PointerEvent): void {
    const place = this.placeOf(event);
    if (!this.from) return this.actions.over(place);
    const [dx, dy] = [place.x - this.from.x, place.y - this.from.y];
    if (!this.dragged && Math.hypot(dx, dy) < STILL) return;
    this.dragged = true;
    if (this.drawing) {
      this.line.push(place);
      this.actions.lasso();
    } else {
      this.actions.pan(dx, dy);
      this.from = place;
    }
  }

  private up(event: PointerEvent): void {
    const { line, dragged, drawing, from } = this;
    this.stop();
    if (!from) return;
    if (!dragged) this.actions.press(this.placeOf(event));
    else if (drawing) this.actions.lassoed(line);
  }

  private stop(): void {
    this.from = undefined;
    this.line = [];
    this.actions.lasso();
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.actions.zoom(Math.exp(-event.deltaY / 300), this.placeOf(event));
  }
}
