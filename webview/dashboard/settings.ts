/** What a person has set on the page; kept by VS Code while the panel exists. */
export const units = ['nats', 'perplexity', 'bits'] as const;
export type Unit = (typeof units)[number];
export const scales = ['linear', 'logarithmic'] as const;
export type ScaleKind = (typeof scales)[number];
export const horizontals = ['step', 'time', 'epoch'] as const;
export type Horizontal = (typeof horizontals)[number];
const chartIds = ['loss', 'accuracy', 'gradient', 'rate', 'speed'] as const;
export type ChartId = (typeof chartIds)[number];

export interface Settings {
  shown: string[];
  focus?: string;
  /** The run that the host last asked to look at. */
  asked?: string;
  unit: Unit;
  horizontal: Horizontal;
  /** 0 to MOST_SMOOTHING. */
  smoothing: number;
  scale: Record<ChartId, ScaleKind>;
  /** Charts that are shown as a table. */
  tables: ChartId[];
  /** Charts whose help is open. */
  help: ChartId[];
  /** Place in the palette of each run that was ever switched on here, so that a run keeps its looks. */
  slots: Record<string, number>;
  /** The run whose layers the gradient chart shows when several runs are shown. */
  layersOf?: string;
}

export const MOST_SMOOTHING = 0.99;

export const defaultSettings: Settings = {
  shown: [],
  unit: 'nats',
  horizontal: 'step',
  smoothing: 0.9,
  scale: { loss: 'linear', accuracy: 'linear', gradient: 'logarithmic', rate: 'linear', speed: 'linear' },
  tables: [],
  help: [],
  slots: {},
};

/** Settings from whatever was kept; what is missing or wrong becomes the default. Never throws. */
export function readSettings(kept: unknown): Settings {
  const from = isObject(kept) ? kept : {};
  const scale = isObject(from.scale) ? from.scale : {};
  const smoothing = typeof from.smoothing === 'number' ? from.smoothing : NaN;
  return {
    shown: strings(from.shown),
    focus: typeof from.focus === 'string' ? from.focus : undefined,
    asked: typeof from.asked === 'string' ? from.asked : undefined,
    layersOf: typeof from.layersOf === 'string' ? from.layersOf : undefined,
    unit: oneOf(from.unit, units, defaultSettings.unit),
    horizontal: oneOf(from.horizontal, horizontals, defaultSettings.horizontal),
    smoothing: smoothing >= 0 && smoothing <= MOST_SMOOTHING ? smoothing : defaultSettings.smoothing,
    scale: {
      loss: oneOf(scale.loss, scales, defaultSettings.scale.loss),
      accuracy: oneOf(scale.accuracy, scales, defaultSettings.scale.accuracy),
      gradient: oneOf(scale.gradient, scales, defaultSettings.scale.gradient),
      rate: oneOf(scale.rate, scales, defaultSettings.scale.rate),
      speed: oneOf(scale.speed, scales, defaultSettings.scale.speed),
    },
    tables: strings(from.tables).filter((id): id is ChartId => chartIds.includes(id as ChartId)),
    help: strings(from.help).filter((id): id is ChartId => chartIds.includes(id as ChartId)),
    slots: Object.fromEntries(
      Object.entries(isObject(from.slots) ? from.slots : {}).filter(
        (entry): entry is [string, number] => Number.isInteger(entry[1]) && (entry[1] as number) >= 0,
      ),
    ),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? [...new Set(value.filter((one): one is string => typeof one === 'string'))] : [];
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.find((one) => one === value) ?? otherwise;
}
