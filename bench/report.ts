import { nameOf, type Comparison, type Figure } from './rows';
import { markdownTable, significant } from './table';
import { tokensOf, type PeerName } from './works';

const NOTHING = '–';

/** One table for each comparison: every contender's times, and how many times faster than each peer it is. */
export function comparisonTable({ work, threads, figures, skipped }: Comparison): string {
  const sampling = work.task === 'sample';
  const unit = sampling ? 'µs a token' : 'ms a step';
  const scale = sampling ? 1000 : 1;
  const peers = figures.filter(({ entrant }) => 'peer' in entrant);
  const head = [unit, 'minimum', 'median', 'of', ...peers.map(({ entrant }) => `× ${nameOf(entrant)}`)];
  const rows = figures.map((figure) => [
    nameOf(figure.entrant),
    significant(figure.time.minimum * scale),
    significant(figure.time.median * scale),
    String(figure.time.count),
    ...peers.map((peer) => ratioCell(figure, peer)),
  ]);
  const sizes = `B${work.batch} ${sampling ? '' : `T${work.length} `}V${work.vocabulary}`;
  const title = `### ${work.work} ${work.size}, ${sizes}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const absent = skipped.map(({ entrant, reason }) => `Skipped: ${nameOf(entrant)}: ${reason}.`);
  return [title, '', markdownTable(head, rows), ...(absent.length > 0 ? ['', ...absent] : [])].join('\n');
}

/** "1.91 (2.02)": by medians, and by minima. */
function ratioCell(ours: Figure, peer: Figure): string {
  if (ours === peer) return NOTHING;
  const byMedian = significant(peer.time.median / ours.time.median);
  return `${byMedian} (${significant(peer.time.minimum / ours.time.minimum)})`;
}

/**
 * One table of all comparisons, for a README: medians, what the product ships beside the peers, with how many times
 * faster than `against` it is.
 */
export function summaryTable(comparisons: readonly Comparison[], against: PeerName = 'pytorch'): string {
  const shown = comparisons.flatMap(({ figures }) => figures).filter(isShipped);
  const names = [...new Set(shown.map(({ entrant }) => nameOf(entrant)))];
  const rows = comparisons.map(({ work, threads, figures }) => {
    const unit = work.task === 'sample' ? 'µs' : 'ms';
    const scale = work.task === 'sample' ? 1000 : 1;
    const reference = figures.find(({ entrant }) => 'peer' in entrant && entrant.peer === against);
    const cells = names.map((name) => {
      const figure = figures.find((one) => isShipped(one) && nameOf(one.entrant) === name);
      if (!figure) return NOTHING;
      const time = significant(figure.time.median * scale);
      if ('peer' in figure.entrant || !reference) return time;
      return `${time} (${significant(reference.time.median / figure.time.median)}×)`;
    });
    return [`${work.work} ${work.size}, ${unit}`, String(threads), ...cells];
  });
  return markdownTable([`median (× ${against})`, 'threads', ...names], rows);
}

const isShipped = ({ entrant }: Figure) => 'peer' in entrant || entrant.algorithm === 'as-shipped';

/** Tokens a second and peak memory against size, one row a size. */
export function scalingTable(comparisons: readonly Comparison[]): string {
  const shown = comparisons.flatMap(({ figures }) => figures).filter(isShipped);
  const names = [...new Set(shown.map(({ entrant }) => nameOf(entrant)))];
  const rows = comparisons.map(({ work, threads, figures }) => {
    const cells = names.flatMap((name) => {
      const figure = figures.find((one) => isShipped(one) && nameOf(one.entrant) === name);
      if (!figure) return [NOTHING, NOTHING];
      const speed = (tokensOf(work) / figure.time.median) * 1000;
      return [Math.round(speed).toLocaleString('en'), String(Math.round(figure.memory / 2 ** 20))];
    });
    return [work.size, String(threads), ...cells];
  });
  const head = ['LSTM training step', 'threads', ...names.flatMap((name) => [`${name} tokens/s`, 'MB'])];
  return markdownTable(head, rows);
}
