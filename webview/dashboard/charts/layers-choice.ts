import { Choice } from '../../common/choice';
import { setHidden } from '../../common/dom';
import type { Settings } from '../settings';
import { t } from '../strings';
import type { ShownRun } from './content';

const NONE = '';

/** The run whose layers are drawn: the chosen one while it is shown, else the only one. */
export function layeredFolder(shown: readonly string[], chosen: string | undefined): string | undefined {
  if (chosen !== undefined && shown.includes(chosen)) return chosen;
  return shown.length === 1 ? shown[0] : undefined;
}

/** Lets a person choose whose layers are drawn when several runs are shown: all layers of all runs would be a thicket. */
export class LayersChoice {
  private readonly choice: Choice;

  constructor(change: (change: (settings: Settings) => void) => void) {
    this.choice = new Choice(t('key.layersOf'), (value) =>
      change((settings) => (settings.layersOf = value || undefined)),
    );
  }

  get element(): HTMLElement {
    return this.choice.element;
  }

  draw(runs: readonly ShownRun[], layersOf: string | undefined): void {
    setHidden(this.element, runs.length < 2);
    const options = runs.map(({ run, name }) => ({ value: run.folder, label: name }));
    this.choice.draw([{ value: NONE, label: t('key.noLayers') }, ...options], layersOf ?? NONE);
  }
}
