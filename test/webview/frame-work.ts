import type { FakeHost } from './fake-host';

/** What the page did in one animation frame in which it drew a chart. */
export interface FrameWork {
  /** When the frame began, by the page's clock. */
  time: number;
  /** Times that the canvas was cleared to be drawn anew, the most of any chart. */
  drawings: number;
  /** Corners of all lines that were drawn. */
  corners: number;
}

/** Counts, for `FakeHost.open`'s `before`: in the page, ahead of its script. What is counted does not depend on speed. */
export function countWork({ page }: FakeHost): void {
  void page.addInitScript({
    content: `
      globalThis.frames_ = new Map();
      const frame = () => {
        const time = document.timeline.currentTime;
        if (!frames_.has(time)) frames_.set(time, { cleared: new Map(), corners: 0 });
        return frames_.get(time);
      };
      const { clearRect } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.clearRect = function (...area) {
        const { cleared } = frame();
        cleared.set(this.canvas, (cleared.get(this.canvas) ?? 0) + 1);
        return clearRect.apply(this, area);
      };
      for (const { prototype } of [CanvasRenderingContext2D, Path2D])
        for (const name of ['lineTo', 'bezierCurveTo']) {
          const draw = prototype[name];
          prototype[name] = function (...to) {
            frame().corners++;
            return draw.apply(this, to);
          };
        }`,
  });
}

/** The work of each frame since the last call. */
export function takeWork({ page }: FakeHost): Promise<FrameWork[]> {
  return page.evaluate<FrameWork[]>(`{
    const work = [...frames_].map(([time, { cleared, corners }]) => ({ time, corners, drawings: Math.max(0, ...cleared.values()) }));
    frames_.clear();
    work.filter(({ drawings }) => drawings > 0);
  }`);
}
