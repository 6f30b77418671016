// Towns, countries, rivers and other places, and words made by rule in their manner.
import { GIVEN, SURNAMES, inventedName } from './people.mjs';

const names = (text) => text.trim().split(/\s*[,\n]\s*/);

const WELL_KNOWN = names(`
Accra, Adelaide, Afghanistan, Africa, Alabama, Alaska, Albania, Algeria, Algiers, Amsterdam, Andorra, Angola, Ankara, Antarctica, Antwerp, Argentina, Arizona, Asia, Athens, Atlanta, Auckland,
Australia, Austria, Baghdad, Bali, Baltimore, Bangalore, Bangkok, Bangladesh, Barcelona, Basel, Bavaria, Beijing, Beirut, Belfast, Belgium, Belgrade, Bergen, Berlin, Bern, Birmingham, Bogota,
Bolivia, Bombay, Bordeaux, Boston, Brazil, Bremen, Brighton, Brisbane, Bristol, Britain, Brooklyn, Brussels, Bucharest, Budapest, Buenos Aires, Bulgaria, Cairo, Calcutta, California, Cambodia,
Cambridge, Canada, Cape Town, Cardiff, Chicago, Chile, China, Cleveland, Cologne, Colombia, Colorado, Copenhagen, Cornwall, Costa Rica, Croatia, Cuba, Cyprus, Dakar, Dallas, Damascus, Delhi,
Denmark, Denver, Detroit, Dresden, Dubai, Dublin, Durham, East Africa, Ecuador, Edinburgh, Egypt, England, Estonia, Ethiopia, Europe, Finland, Florence, Florida, France, Frankfurt, Geneva, Genoa,
Georgia, Germany, Ghana, Glasgow, Greece, Greenland, Guatemala, Haiti, Hamburg, Hanoi, Havana, Hawaii, Helsinki, Hogsmeade, Hogwarts, Hollywood, Holland, Hong Kong, Houston, Hungary, Iceland, India,
Indonesia, Iran, Iraq, Ireland, Istanbul, Italy, Jakarta, Jamaica, Japan, Jerusalem, Johannesburg, Jordan, Kabul, Kansas, Kenya, Kiev, Korea, Krakow, Kyoto, Kuwait, Lagos, Lahore, Latvia, Lebanon,
Leeds, Leipzig, Libya, Lima, Lisbon, Lithuania, Liverpool, London, Los Angeles, Luxembourg, Lyon, Madagascar, Madrid, Malaysia, Mali, Malta, Manchester, Manhattan, Manila, Marseille, Mars, Melbourne,
Mexico, Mexico City, Miami, Milan, Minneapolis, Minsk, Mongolia, Montreal, Morocco, Moscow, Mumbai, Munich, Nairobi, Naples, Nepal, New Delhi, New England, New Jersey, New Orleans, New York, New Zealand,
Nigeria, North America, North Korea, Norway, Nottingham, Oregon, Osaka, Oslo, Ottawa, Oxford, Pakistan, Palermo, Panama, Paris, Persia, Perth, Peru, Philadelphia, Poland, Portugal, Prague, Quebec,
Rio de Janeiro, Romania, Rome, Rotterdam, Russia, Salzburg, Samarkand, San Diego, San Francisco, Santiago, Saudi Arabia, Scotland, Seattle, Senegal, Seoul, Serbia, Shanghai, Siberia, Sicily, Singapore,
Slovakia, Slovenia, Sofia, Somalia, South Africa, South America, South Korea, Spain, Stockholm, Sudan, Sweden, Switzerland, Sydney, Syria, Taipei, Taiwan, Tanzania, Tehran, Texas, Thailand, Tibet, Tokyo,
Toronto, Toulouse, Tunis, Tunisia, Turin, Turkey, Uganda, Ukraine, Utah, Valencia, Vancouver, Venice, Verona, Vienna, Vietnam, Virginia, Wales, Warsaw, Washington, Wellington, Wisconsin, Yemen, York, Zurich
`);
const ENDINGS = ['burg', 'ton', 'ham', 'stead', 'ford', 'field', 'wick', 'ville', 'port', 'mouth', 'dale', 'stan', 'land', 'heim', 'grad']; // prettier-ignore
const KINDS = ['Street', 'Avenue', 'Square', 'Park', 'Bridge', 'Castle', 'Valley', 'Bay', 'Island', 'Hill', 'Road', 'Forest', 'Beach', 'Station', 'Airport', 'Palace', 'Alley']; // prettier-ignore
const WATERS = ['Lake', 'Mount', 'Port', 'Fort', 'Cape', 'San', 'Santa', 'Saint', 'North', 'South', 'East', 'West', 'New', 'Upper', 'Lower', 'Little']; // prettier-ignore

export function place(random) {
  const { pick, next } = random;
  const kind = next();
  if (kind < 0.7) return { name: pick(WELL_KNOWN) };
  if (kind < 0.8) return { name: inventedName(random) + pick(ENDINGS) };
  if (kind < 0.88) return { name: `${next() < 0.5 ? pick(SURNAMES) : inventedName(random)} ${pick(KINDS)}` };
  if (kind < 0.94) return { name: `${pick(WATERS)} ${next() < 0.5 ? pick(GIVEN) : inventedName(random)}` };
  return { before: 'the', name: `${inventedName(random)} ${pick(['River', 'Sea', 'Mountains', 'Desert', 'Islands', 'Canal'])}` }; // prettier-ignore
}
