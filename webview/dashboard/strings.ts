/** Every word that the page shows. A host may hand over translations under the same keys; see `translate`. */
const english = {
  title: 'Sequence Lab',
  loading: 'Loading runs…',
  loadFailed: 'The runs could not be read: {reason}',
  retry: 'Try Again',
  emptyTitle: 'No runs yet',
  emptyText: 'Open a text and run {command}.',
  emptyCommand: 'Sequence Lab: Train on Current File',
  emptyDetail:
    'The command is in the Command Palette (F1). Loss, gradient norms and samples appear here while the model learns.',

  'status.running': 'Training',
  'status.paused': 'Paused',
  'status.done': 'Finished',
  'status.stopped': 'Stopped',
  'status.early': 'Stopped early',
  'status.failed': 'Failed',
  'status.interrupted': 'Interrupted',
  'status.elsewhere': 'Running elsewhere',
  'status.early.detail': 'Stopped early because the validation loss no longer fell.',
  'status.interrupted.detail':
    'The process that trained it ended without saying so. Resume goes on from the last checkpoint.',
  'status.elsewhere.detail': 'Another window or process trains this run.',

  'action.pause': 'Pause',
  'action.continue': 'Continue',
  'action.stop': 'Stop',
  'action.sample': 'Sample',
  'action.resume': 'Resume Training',
  'action.openFolder': 'Open Run Folder',
  'action.showLog': 'Show Log',

  'header.progress': 'Progress',
  'header.step': 'Step',
  'header.left': 'Time left',
  'header.took': 'Training time',
  'header.speed': 'Speed',
  'header.loss': 'Best validation',
  'header.perplexity': 'Best perplexity',
  'header.bits': 'Best bits a character',
  'header.againstBaseline': 'Against baseline',
  'header.charactersPerSecond': 'characters/s',
  'header.tokensPerSecond': 'tokens/s',
  'header.noEvaluation': 'not measured yet',
  'header.atStep': 'at step {step}',
  'header.baselinePending': 'baseline not counted yet',
  'compare.better': '{percent} % better',
  'compare.worse': '{percent} % worse',
  'compare.equal': 'as good',
  'compare.thanBaseline': 'than the {name} baseline',
  'compare.asBaseline': 'as the {name} baseline',
  'header.model': '{parameters} parameters · {source}',
  'header.epoch': 'pass {epoch}',

  'controls.label': 'Chart settings',
  'controls.unit': 'Loss in',
  'controls.horizontal': 'Over',
  'controls.smoothing': 'Smoothing',
  'controls.exportCsv': 'Export CSV',
  'unit.nats': 'nats',
  'unit.perplexity': 'perplexity',
  'unit.bits': 'bits per character',
  'horizontal.step': 'steps',
  'horizontal.time': 'time',
  'horizontal.epoch': 'epochs',

  'axis.step': 'Step',
  'axis.time': 'Training time (min:s)',
  'axis.epoch': 'Passes over the text (epochs)',
  'axis.nats': 'Loss (nats)',
  'axis.perplexity': 'Perplexity',
  'axis.bits': 'Bits per character',
  'axis.gradient': 'Gradient norm (L2)',
  'axis.rate': 'Learning rate',
  'axis.speed': 'Tokens per second',

  'chart.loss': 'Loss',
  'chart.gradient': 'Gradient norm',
  'chart.rate': 'Learning rate',
  'chart.speed': 'Speed',
  'chart.zoomIn': 'Zoom in',
  'chart.zoomOut': 'Zoom out',
  'chart.resetZoom': 'Reset zoom',
  'chart.log': 'log',
  'chart.scaleLog': 'Logarithmic axis',
  'chart.table': 'Show as table',
  'chart.png': 'Export as PNG',
  'chart.empty': 'Nothing measured yet',
  'chart.noRuns': 'No run is shown. Tick one in the list of runs.',
  'chart.hint':
    'Drag a box or hold Ctrl and turn the wheel to zoom, Shift and drag to move, double-click to reset. With the keyboard: arrows read values, + and − zoom, Shift and arrows move, 0 resets.',
  'chart.help': 'How to read this',
  'chart.ariaNothing': '{chart} chart. Nothing measured yet.',
  'chart.aria': '{chart} chart over {axis}, {runs}. {values} A table with the values follows.',
  'chart.lastValue': '{name}: {value}.',

  'key.training': 'Training, smoothed',
  'key.trainingRaw': 'Training',
  'key.raw': 'Training, each step',
  'key.validation': 'Validation',
  'key.baseline': 'Baseline',
  'key.total': 'All layers',
  'key.rawNorm': 'each step',
  'key.clip': 'Clip threshold',
  'key.layersOf': 'Layers of',
  'key.noLayers': 'no run',
  'tip.training': 'Training',
  'tip.validation': 'Validation',
  'tip.total': 'Norm',
  'tip.rate': 'Rate',
  'tip.speed': 'Tokens/s',
  'tip.raw': '{value} (this step {raw})',
  'tip.atStep': '{value} (step {step})',
  'tip.title': 'Step {step} · {time} · pass {epoch}',

  'help.loss':
    'Loss is how surprised the model is by the next character, on average; lower is better. Training is measured on the text it learns from, Validation on the part it never sees. When validation rises while training still falls, the model starts to learn the text by heart.',
  'help.loss2':
    'Perplexity says the same in another way: a perplexity of 5 means that the model hesitates as if between 5 equally likely characters. Bits per character is what the text would need per character if the model compressed it. The dashed line is the baseline, a model that merely counts: a network is worth its effort once it is below that line.',
  'help.gradient':
    'The gradient says in which direction and how steeply the weights should change; its norm is that steepness in one number. A calm band is healthy. A spike is a batch that pulls hard, often odd text; norms that shrink towards 0 in one layer mean that this layer hardly learns any more.',
  'help.gradient2':
    'The dashed line is the clip threshold: a gradient above it is scaled down to it, so that one spike cannot throw away what was learned. If almost every step is above the line, lower the learning rate or raise the threshold.',
  'help.rate':
    'How large a step the weights take along the gradient. It usually rises for a moment (warm-up), so that the first, unreliable gradients do no harm, and then falls, so that the model settles.',
  'help.speed':
    'Tokens (here characters) learned from per second of training. Dips come from evaluations, other programs or a computer that throttles itself.',

  'samples.title': 'Samples',
  'samples.none': 'The first sample appears with the first evaluation.',
  'samples.step': 'Step {step}',
  'samples.temperature': 'temperature {temperature}',
  'samples.older': 'Show {count} Older',
  'samples.about': 'What the model writes by itself',

  'runs.title': 'Runs',
  'runs.show': 'Show {name} on the charts',
  'runs.best': 'Best',
  'runs.differences': 'Differs in',
  'runs.renameOf': 'Rename {name}',
  'runs.newName': 'New name of {name}',
  'runs.deleteOf': 'Delete {name}',
  'runs.resumeOf': 'Resume training of {name}',
  'runs.look': 'Look at {name}',
  'runs.hint': 'Arrow keys move between runs, F2 renames, Delete deletes.',
  'runs.failed': 'That did not work: {reason}',

  'table.run': 'Run',
  'table.step': 'Step',
  'table.time': 'Time',
  'table.epoch': 'Epochs',
  'table.training': 'Training',
  'table.validation': 'Validation',
  'table.captionLoss': 'Loss in {unit}, newest last.',
  'table.captionGradient': 'Gradient norm before clipping, newest last. Clip threshold {clip}.',
  'table.captionRate': 'Learning rate, newest last.',
  'table.captionSpeed': 'Tokens per second, newest last.',
  'table.thinned': '{shown} of {all} rows; Export CSV gives all that the page holds.',
  'table.baseline': 'Baseline of {name}: {value} ({baseline}).',

  'live.status': '{name}: {status}.',
  'live.step': '{name}, {status}, step {step}, {percent} %, loss {loss}.',
  'live.evaluation': '{name}: validation {value} at step {step}.',
  'live.finished': '{name}: {status} at step {step}. Best validation {value}.',
} as const;

export type StringKey = keyof typeof english;
let words: Readonly<Record<StringKey, string>> = english;

/** Takes translations; keys that are missing stay English, unknown ones are ignored. */
export function translate(translations: unknown): void {
  if (typeof translations !== 'object' || translations === null) return;
  const given = Object.entries(translations).filter(([key, value]) => key in english && typeof value === 'string');
  words = { ...english, ...Object.fromEntries(given) };
}

/** The words under a key, with each {name} replaced. */
export function t(key: StringKey, values: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
