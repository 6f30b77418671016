// The same little world told twice, by different sentences in each language: who eats what, who uses which tool where, what has
// which colour. Words of the two languages never stand in one line, but their neighbourhoods are alike.
const ANIMALS = [
  ['cat', 'chat', ['fish', 'milk']],
  ['dog', 'chien', ['meat', 'bread']],
  ['horse', 'cheval', ['hay', 'apple']],
  ['cow', 'vache', ['grass', 'hay']],
  ['bear', 'ours', ['honey', 'fish']],
  ['rabbit', 'lapin', ['cabbage', 'grass']],
  ['mouse', 'souris', ['cheese', 'bread']],
  ['duck', 'canard', ['worm', 'corn']],
  ['monkey', 'singe', ['banana', 'nut']],
  ['squirrel', 'écureuil', ['nut', 'apple']],
];
const FOOD = { fish: 'poisson', milk: 'lait', meat: 'viande', bread: 'pain', hay: 'foin', apple: 'pomme', grass: 'herbe', honey: 'miel', cabbage: 'chou', cheese: 'fromage', worm: 'ver', corn: 'maïs', banana: 'banane', nut: 'noix' }; // prettier-ignore
const TRADES = [
  ['baker', 'boulanger', ['oven', 'four'], ['village', 'village'], 'bread'],
  ['fisherman', 'pêcheur', ['net', 'filet'], ['harbour', 'port'], 'fish'],
  ['farmer', 'fermier', ['plough', 'charrue'], ['field', 'champ'], 'corn'],
  ['butcher', 'boucher', ['knife', 'couteau'], ['market', 'marché'], 'meat'],
  ['beekeeper', 'apiculteur', ['hive', 'ruche'], ['meadow', 'prairie'], 'honey'],
  ['gardener', 'jardinier', ['spade', 'bêche'], ['garden', 'jardin'], 'cabbage'],
  ['carpenter', 'charpentier', ['hammer', 'marteau'], ['workshop', 'atelier'], 'nut'],
  ['cook', 'cuisinier', ['spoon', 'cuillère'], ['kitchen', 'cuisine'], 'cheese'],
];
const COLOURS = [
  ['red', 'rouge', ['apple', 'meat', 'hammer']],
  ['green', 'verte', ['grass', 'cabbage', 'field']],
  ['yellow', 'jaune', ['banana', 'corn', 'honey', 'hay']],
  ['white', 'blanche', ['milk', 'cheese', 'kitchen']],
  ['grey', 'grise', ['mouse', 'knife', 'harbour']],
  ['brown', 'brune', ['bread', 'nut', 'bear', 'spade']],
];
const TIMES = [
  ['morning', 'matin', ['eats', 'mange']],
  ['evening', 'soir', ['sleeps', 'dort']],
  ['night', 'nuit', ['dreams', 'rêve']],
  ['noon', 'midi', ['waits', 'attend']],
];
const THINGS = new Map([
  ...Object.entries(FOOD),
  ...ANIMALS.map(([english, french]) => [english, french]),
  ...TRADES.flatMap(([, , tool, place]) => [tool, place]),
]);
const SENTENCES = 3000;

/** Every pair of words that mean the same, in no order. */
export function englishFrenchWords({ shuffle }) {
  const others = [...TRADES, ...COLOURS, ...TIMES].map(([english, french]) => [english, french]);
  const lines = [...THINGS, ...others].map((pair) => `${pair.join('\t')}\n`);
  return shuffle(lines).join('');
}

// "notre" and "a une couleur" need no agreement with what follows and no elision, so that words stay whole.
const says = [
  {
    eats: (who, what) => `our ${who} eats our ${what} and wants more ${what}`,
    uses: (who, tool, place) => `our ${who} uses our ${tool} in our ${place}`,
    sells: (who, what, place) => `our ${who} sells our ${what} in our ${place}`,
    is: (what, colour) => `our ${what} has a ${colour} colour and your ${what} is ${colour} too`,
    does: (who, when, does) => `this ${when} our ${who} ${does}`,
  },
  {
    eats: (who, what) => `notre ${who} mange notre ${what} et veut aussi votre ${what}`,
    uses: (who, tool, place) => `notre ${who} utilise notre ${tool} dans notre ${place}`,
    sells: (who, what, place) => `notre ${who} vend notre ${what} dans notre ${place}`,
    is: (what, colour) => `notre ${what} a une couleur ${colour} et votre ${what} a une couleur ${colour} aussi`,
    does: (who, when, does) => `${when === 'nuit' ? 'cette' : 'ce'} ${when} notre ${who} ${does}`,
  },
];

const textIn =
  (side) =>
  ({ pick, next }) => {
    const tell = says[side];
    const thing = (english) => (side === 0 ? english : THINGS.get(english));
    return Array.from({ length: SENTENCES }, () => {
      const kind = next();
      const animal = pick(ANIMALS);
      const trade = pick(TRADES);
      if (kind < 0.3) return tell.eats(animal[side], thing(pick(animal[2])));
      if (kind < 0.5) return tell.uses(trade[side], trade[2][side], trade[3][side]);
      if (kind < 0.65) return tell.sells(trade[side], thing(trade[4]), trade[3][side]);
      if (kind < 0.85) {
        const colour = pick(COLOURS);
        return tell.is(thing(pick(colour[2])), colour[side]);
      }
      const time = pick(TIMES);
      return tell.does(pick([animal, trade])[side], time[side], time[2][side]);
    })
      .map((sentence) => `${sentence}.\n`)
      .join('');
  };

export const english = textIn(0);
export const french = textIn(1);
