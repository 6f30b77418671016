// Made-up sequences with one open reading frame each: ATG, codons none of which is a stop, a stop codon. Whether a base is
// coding depends on a signal far to its left, and stops out of the frame mean nothing.
const BASES = ['A', 'C', 'G', 'T'];
const STOPS = ['TAA', 'TAG', 'TGA'];
const SEQUENCES = 500;

/** A base and its label a line, a blank line between sequences. */
export function genes({ pick, integer }) {
  const run = (length) => Array.from({ length }, () => pick(BASES)).join('');
  const outside = (length) => run(length).replaceAll('ATG', 'ATC');
  const codon = () => {
    const bases = run(3);
    return STOPS.includes(bases) || bases === 'ATG' ? 'GCC' : bases;
  };
  const sequence = () => {
    const [before, inside, after] = [outside(4 + integer(16)), 6 + integer(10), outside(4 + integer(16))];
    const gene = `ATG${Array.from({ length: inside }, codon).join('')}${pick(STOPS)}`;
    return [...[...before].map((base) => `${base}\tother`), ...[...gene].map((base) => `${base}\tcoding`), ...[...after].map((base) => `${base}\tother`)].join('\n'); // prettier-ignore
  };
  return `${Array.from({ length: SEQUENCES }, sequence).join('\n\n')}\n`;
}
