// Windows of 60 nucleotides around a splice site, made up by rule: exon-intron borders (EI) have the donor signal
// ...(A)G|GTRAGT..., intron-exon borders (IE) a run of pyrimidines and the acceptor (Y)nNYAG|G..., the rest (N) none.
const BASES = ['A', 'C', 'G', 'T'];

/** "label TAB sequence" */
export function dna({ pick, next, shuffle }) {
  const run = (length, from = BASES) => Array.from({ length }, () => pick(from)).join('');
  const mostly = (text) => [...text].map((base) => (next() < 0.9 ? base : pick(BASES))).join('');
  const donor = () => run(27) + mostly('CAG') + 'GT' + mostly(`${pick(['A', 'G'])}AGT`) + run(24);
  const pyrimidines = () => Array.from({ length: 14 }, () => (next() < 0.85 ? pick(['C', 'T']) : pick(['A', 'G']))).join('');
  const acceptor = () => run(13) + pyrimidines() + mostly('C') + 'AG' + mostly('G') + run(29);
  const rows = [
    ...Array.from({ length: 800 }, () => `EI\t${donor()}`),
    ...Array.from({ length: 800 }, () => `IE\t${acceptor()}`),
    ...Array.from({ length: 1200 }, () => `N\t${run(60)}`),
  ];
  return `${shuffle(rows).join('\n')}\n`;
}
