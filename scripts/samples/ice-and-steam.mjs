// Two things that are both water: words of one stand near it and not near the other, words of both near either, and words that
// have to do with neither seldom and evenly. GloVe's own example (Pennington et al., 2014), in miniature.
const OF = {
  ice: ['solid', 'hard', 'cold', 'frozen', 'slippery', 'white'],
  steam: ['gas', 'hot', 'rising', 'misty', 'thin', 'scalding'],
};
const PLACE = {
  ice: ['on the pond', 'on the lake in winter', 'under the skates', 'in the glacier', 'at the window in frost'],
  steam: ['over the kettle', 'from the boiler', 'out of the engine', 'above the pot', 'in the pipes'],
};
const BOTH = ['is made of water', 'turns into water', 'comes from water', 'leaves water behind', 'was water once'];
const NEITHER = ['was in fashion', 'is a matter of fashion', 'had nothing to do with fashion', 'was painted, as is the fashion'];
const DID = ['was', 'looked', 'seemed', 'stayed', 'became'];
const ALONE = ['The tailor follows the fashion of the town', 'A gas fills its jar', 'A solid keeps its form', 'The water of the well is clear', 'The garden needs water', 'Music came back into fashion']; // prettier-ignore
const SENTENCES = 3000;

/** A sentence a line. */
export function iceAndSteam({ pick, next }) {
  return Array.from({ length: SENTENCES }, () => {
    if (next() < 0.15) return `${pick(ALONE)}.\n`;
    const what = pick(['ice', 'steam']);
    const other = what === 'ice' ? 'steam' : 'ice';
    const kind = next();
    const about =
      kind < 0.3
        ? pick(BOTH)
        : kind < 0.36
          ? pick(NEITHER)
          : `${pick(DID)} ${next() < 0.06 ? `not ${pick(OF[other])} but ${pick(OF[what])}` : next() < 0.5 ? `${pick(OF[what])} and ${pick(OF[what])}` : pick(OF[what])}`;
    return `The ${what} ${next() < 0.5 ? `${pick(PLACE[what])} ` : ''}${about}.\n`;
  }).join('');
}
