export interface Place {
  x: number;
  y: number;
}

const MOST_ZOOM = 200;
const PADDING = 24;

/** The part of a map that is seen: places of the map to pixels and back, with the same scale along both axes, y up. */
export class Viewport {
  private zoomed = 1;
  private moved = { x: 0, y: 0 };
  private size = { width: 1, height: 1 };
  private readonly middle: Place;
  private readonly extent: Place;

  constructor(points: readonly Place[]) {
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
    const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    this.middle = { x: (left + right) / 2, y: (bottom + top) / 2 };
    this.extent = { x: Math.max(right - left, 1e-9), y: Math.max(top - bottom, 1e-9) };
  }

  resize(width: number, height: number): void {
    this.size = { width, height };
  }

  get isZoomed(): boolean {
    return this.zoomed !== 1 || this.moved.x !== 0 || this.moved.y !== 0;
  }

  toPixels({ x, y }: Place): Place {
    const scale = this.scale * this.zoomed;
    return {
      x: this.size.width / 2 + this.moved.x + (x - this.middle.x) * scale,
      y: this.size.height / 2 + this.moved.y - (y - this.middle.y) * scale,
    };
  }

  /** Zooms by a factor around a place in pixels, which stays where it is; without one, around the middle. */
  zoom(factor: number, around: Place = { x: this.size.width / 2, y: this.size.height / 2 }): void {
    const next = Math.min(MOST_ZOOM, Math.max(1, this.zoomed * factor));
    const by = next / this.zoomed;
    const keep = (pixel: number, side: number, moved: number) => (pixel - side / 2) * (1 - by) + moved * by;
    this.moved = {
      x: keep(around.x, this.size.width, this.moved.x),
      y: keep(around.y, this.size.height, this.moved.y),
    };
    this.zoomed = next;
    if (next === 1) this.moved = { x: 0, y: 0 };
  }

  pan(dx: number, dy: number): void {
    this.moved = { x: this.moved.x + dx, y: this.moved.y + dy };
  }

  reset(): void {
    this.zoomed = 1;
    this.moved = { x: 0, y: 0 };
  }

  /** Moves as little as needed for a place of the map to be seen. */
  reveal(place: Place): void {
    const { x, y } = this.toPixels(place);
    const inside = (value: number, side: number) => Math.min(side - PADDING, Math.max(PADDING, value)) - value;
    this.pan(inside(x, this.size.width), inside(y, this.size.height));
  }

  /** Pixels per unit of the map, unzoomed. */
  private get scale(): number {
    const { width, height } = this.size;
    return Math.min(
      Math.max(1, width - 2 * PADDING) / this.extent.x,
      Math.max(1, height - 2 * PADDING) / this.extent.y,
    );
  }
}
