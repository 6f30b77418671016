// Firms, offices, schools, newspapers, clubs and bands.
import { SURNAMES, inventedName } from './people.mjs';
import { place } from './places.mjs';

const names = (text) => text.trim().split(/\s*[,\n]\s*/);

const WELL_KNOWN = names(`
Adobe, Airbus, Amazon, Amnesty International, Apple, AT&T, Barclays, BBC, Bayer, BMW, Boeing, Bosch, British Airways, Canon, CNN, Cisco, Coca-Cola, Disney, eBay, Ericsson, European Union, Facebook,
FBI, FIFA, Ford, Fox News, General Motors, Goldman Sachs, Google, Greenpeace, Gryffindor, Harvard University, Heineken, Hitachi, Honda, HSBC, Hyundai, IBM, IKEA, Intel, Interpol, Instagram, Lego, Lufthansa,
Mercedes, Microsoft, Ministry of Magic, Mozilla, NASA, NATO, Nestle, Netflix, New York Times, Nike, Nintendo, Nokia, Oracle, Oxford University, Panasonic, Pfizer, Philips, Pixar, Real Madrid, Red Cross,
Arsenal, Barcelona FC, Bayern Munich, Chelsea, Juventus, Liverpool FC, Manchester United, Lakers, Yankees, Congress, Parliament, Senate, Supreme Court, White House, Reuters, Rolls-Royce, Samsung, Shell, Siemens, Slytherin, Sony, Spotify, Stanford University, Starbucks, Tesla, Toyota, Twitter, Unicef, United Nations, Vodafone, Volkswagen, Volvo, World Bank, YouTube
`);
const FIRMS = ['Inc.', 'Ltd', 'Corporation', 'Group', 'Industries', 'Bank', 'Airlines', 'Motors', 'Systems', 'Foundation', 'Brothers', 'and Sons', 'Labs', 'Insurance', 'Energy', 'Media', 'Records']; // prettier-ignore
const SEATS = ['University', 'Institute', 'College', 'Council', 'Orchestra', 'Museum', 'Hospital', 'United', 'City Council', 'Police', 'Stock Exchange', 'Theatre', 'Times', 'Post']; // prettier-ignore
const SUBJECTS = ['Health', 'Justice', 'Finance', 'Education', 'Defence', 'Transport', 'Agriculture', 'Foreign Affairs'];
const LETTERS = 'ABCDEFGHIKLMNOPRSTUW';

export function organisation(random) {
  const { pick, next, integer } = random;
  const kind = next();
  if (kind < 0.42) return { name: pick(WELL_KNOWN) };
  if (kind < 0.6) return { name: `${next() < 0.5 ? pick(SURNAMES) : inventedName(random)} ${pick(FIRMS)}` };
  if (kind < 0.74) return { name: `${place(random).name} ${pick(SEATS)}` };
  if (kind < 0.8) return { before: 'the', name: `University of ${place(random).name}` };
  if (kind < 0.86) return { before: 'the', name: `${pick(['Ministry', 'Department'])} of ${pick(SUBJECTS)}` };
  if (kind < 0.92) return { name: Array.from({ length: 3 + integer(2) }, () => LETTERS[integer(LETTERS.length)]).join('') };
  return { name: `${pick(SURNAMES)} & ${pick(SURNAMES)}` };
}
