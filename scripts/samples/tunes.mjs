// Tunes in ABC notation, made up by rule: each genre has its metre, its lengths of notes and its turns.
const GENRES = {
  jig: { meter: '6/8', unit: '1/8', groups: ['A2B', 'c2A', 'def', 'edB', 'G3', 'B2d', 'gfe', 'dBG', 'AFD', 'E2D'], perBar: 2 },
  reel: {
    meter: '4/4',
    unit: '1/8',
    groups: ['ABcd', 'e2dB', 'AGEG', 'A2AB', 'd2ef', 'gedB', 'GABd', 'E2DE', 'cBAG', 'BAGE'],
    perBar: 2,
  },
  waltz: { meter: '3/4', unit: '1/4', groups: ['G', 'B', 'd', 'A', 'c', 'e', 'D', 'F', 'g'], perBar: 3 },
  march: { meter: '2/4', unit: '1/8', groups: ['d>d', 'B>c', 'A2', 'G2', 'F>G', 'e2', 'c>B', 'D2'], perBar: 2 },
};
const KEYS = ['G', 'D', 'Am', 'C', 'Em'];
const NAMES = ['The Mill', 'The Grey Goose', 'Market Day', 'The Ferry', 'Old Boots', 'The Lantern', 'Wet Hay', 'The Toll'];

export function tunes({ pick, integer, shuffle }) {
  const make = (genre) => {
    const { meter, unit, groups, perBar } = GENRES[genre];
    const bar = () => Array.from({ length: perBar }, () => pick(groups)).join(' ');
    const part = () => {
      const [a, b] = [bar(), bar()];
      return `|: ${a} | ${b} | ${a} | ${bar()} :|`;
    };
    return { genre, body: `M:${meter}\nL:${unit}\nK:${pick(KEYS)}\n${part()}\n${part()}` };
  };
  const all = Object.keys(GENRES).flatMap((genre) => Array.from({ length: 150 }, () => make(genre)));
  return shuffle(all)
    .map(({ genre, body }, i) => `X:${i + 1}\nT:${pick(NAMES)} ${integer(90) + 1}\nR:${genre}\n${body}\n`)
    .join('\n');
}
