import type { Theme } from '../../common/colour';

/** Room for a picture, in CSS pixels, and how it shall look. */
export interface Frame {
  width: number;
  theme: Theme;
}

/** Something drawn that follows its frame. */
export interface Picture {
  readonly element: Element;
  draw(frame: Frame): void;
  /** The picture as it is on the screen, whole in itself. */
  snapshot(): SVGSVGElement;
  /** Buttons of its own, beside those that every picture has. */
  readonly tools?: readonly HTMLElement[];
  /** What belongs below it. */
  readonly below?: HTMLElement;
}

/** The same for each theme: what is meant, and what stands against it. Both keep a contrast of 3 to the background. */
export function tones({ palette }: Theme): { main: string; against: string } {
  return { main: palette[0], against: palette[4] };
}

/** A picture that is drawn from nothing each time. */
export class StillPicture implements Picture {
  readonly element = document.createElement('div');
  private drawn: SVGSVGElement | undefined;

  constructor(private readonly make: (frame: Frame) => SVGSVGElement) {}

  draw(frame: Frame): void {
    this.drawn = this.make(frame);
    this.element.replaceChildren(this.drawn);
  }

  snapshot(): SVGSVGElement {
    if (!this.drawn) throw new Error('There is no picture yet.');
    return this.drawn.cloneNode(true) as SVGSVGElement;
  }
}
