// Given names and surnames from many languages, and words made of syllables, so that a model learns more than a list.
const list = (text) => text.trim().split(/\s+/);

export const GIVEN = list(`
Aaron Abigail Adam Adrian Agnes Ahmed Aiko Aisha Alan Albert Alejandro Alex Alice Alicia Amara Amelia Amir Amy Ana Anders Andrea Andrew Angela Anna
Anthony Antonio Arthur Astrid Aubrey Barbara Beatrice Ben Benjamin Bernard Bilal Boris Brian Bridget Bruno Camila Carl Carlos Carmen Caroline Catherine
Cecilia Charles Charlotte Chen Chiara Chidi Chloe Chris Christina Claire Clara Colin Daniel Daphne David Deborah Deepa Dennis Diana Diego Dmitri Dolores
Donald Dora Dorothy Douglas Draco Edith Edmund Edward Eleanor Elena Eli Elias Elif Elizabeth Ella Ellen Elsa Emil Emily Emma Enrique Eric Erika Esther Ethan
Eva Evelyn Fatima Felix Fernando Finn Fiona Florence Frances Francis Frank Fred Frida George Georgia Gerald Gina Giovanni Grace Graham Greta Gustav
Hamid Hannah Hans Harold Harriet Harry Hassan Hazel Heather Hector Helen Henrik Henry Hermione Hiroshi Hugo Ian Ibrahim Ida Igor Ines Ingrid Irene Iris Isaac
Isabel Ivan Jack Jacob James Jan Jane Janet Jasmine Javier Jean Jennifer Jeremy Jessica Jin Joan Joanna John Jonas Jonathan Jorge Joseph Joshua Juan Judith
Julia Julian Juliet Karen Karim Karl Kate Katherine Kenji Kevin Kim Kofi Kwame Lars Laura Lauren Lea Leila Leo Leonard Liam Lila Lily Linda Linus Lisa Louis
Louise Lucas Lucia Lucy Luis Luna Lydia Magnus Malik Marco Marcus Margaret Maria Marie Mario Mark Marta Martha Martin Mary Matilda Matthew Maya Mei Mia Michael
Miguel Mina Miriam Mohammed Molly Monica Nadia Naomi Natalia Nathan Neil Neville Nia Nicholas Nicole Nina Noah Nora Oliver Olga Olivia Omar Oscar Otto Pablo
Patricia Patrick Paul Paula Pedro Penelope Peter Petra Philip Phoebe Pierre Priya Quentin Rachel Rafael Rahul Raj Ravi Rebecca Remus Richard Rita Robert Roger
Ron Ronald Rosa Rose Roy Ruth Ryan Sally Salma Sam Samantha Samuel Sandra Sara Sarah Sean Sebastian Selma Severus Sherlock Sigrid Silvia Simon Sofia Sonja Sophie
Stella Stephen Steven Stuart Sunita Susan Sven Sylvia Tamara Tariq Ted Teddy Teresa Theo Theodore Thomas Tim Tina Tom Tomas Tony Tunde Uma Ursula Valentina
Vera Victor Victoria Viktor Vincent Viola Violet Virginia Walter Wei Wendy William Winston Xavier Yara Yasmin Yuki Yusuf Yvonne Zara Zoe
`);

export const SURNAMES = list(`
Abbott Adams Adeyemi Ahmed Ali Allen Alvarez Andersen Anderson Arnold Austen Bailey Baker Banerjee Barnes Bauer Becker Bell Bennett Berg Bergman Bianchi Black
Blake Bond Bose Bradley Brandt Brooks Brown Burke Burton Butler Campbell Carter Castro Chang Chaplin Chatterjee Chen Churchill Clark Cohen Cole Collins Cook Cooper
Costa Cox Craig Cruz Curie Darcy Darwin Davies Davis Diaz Dickens Dixon Doyle Dubois Duncan Dupont Eastwood Eaton Edwards Einstein Eliot Ellis Eriksen Evans Fernandez
Ferrari Fischer Fisher Fitzgerald Fletcher Flores Ford Foster Fox Franklin Fraser Fuchs Fujita Garcia Gardner Gibson Gomez Gonzalez Gordon Graham Granger Grant Gray
Green Greene Griffin Gupta Haas Haddad Hagen Hall Hamilton Hansen Hardy Harper Harris Hart Hartmann Hayes Henderson Hernandez Herrera Hill Hoffmann Holmes Howard Huber
Hudson Hughes Hunt Hussain Ibarra Ito Ivanov Jackson Jansen Jenkins Jensen Johansson Johnson Jones Jordan Joshi Joyce Kahn Kaur Keller Kelly Kennedy Khan King Klein
Knight Kowalski Kruger Kumar Lambert Lane Larsen Laurent Lawrence Lee Lewis Li Lincoln Lindberg Liu Longbottom Lopez Lovegood Lupin Macdonald Malfoy Mandela Marino Marsh
Martin Martinez Mason Mayer McCarthy McDonald McGonagall Mehta Mendez Meyer Miller Mitchell Mohamed Moore Morales Moreau Morgan Moriarty Morris Mueller Murphy Murray
Nakamura Nelson Neumann Newton Nguyen Nielsen Novak Obama Okafor Okonkwo Olsen Ortiz Osborne Owens Palmer Park Parker Patel Patil Pearson Perez Peters Petrov Phillips
Pierce Popov Porter Potter Powell Price Quinn Ramirez Ramos Rao Reed Reid Reyes Reynolds Richards Rivera Roberts Robinson Rodriguez Rogers Romano Roosevelt Rossi Rowling
Russell Ryan Saito Sanchez Santos Sato Schmidt Schneider Schulz Scott Shah Sharma Shaw Shelley Silva Simmons Singh Smith Snape Snow Sokolov Stein Stevens Stewart Stone
Sullivan Suzuki Swift Tanaka Taylor Thatcher Thompson Tolkien Torres Tran Turner Twain Vargas Vasquez Vogel Wagner Walker Wallace Walsh Wang Ward Washington Watson Weasley
Weber Webster Weiss Wells West White Wilde Williams Wilson Winter Wolf Wong Wood Woolf Wright Yamamoto Yang Young Zhang Zimmermann
`);

export const TITLES = ['Mr.', 'Mrs.', 'Ms.', 'Dr.', 'Professor', 'President', 'Captain', 'Sir', 'Lady', 'Queen', 'King', 'Aunt', 'Uncle', 'Judge', 'Inspector', 'Senator', 'Mr', 'Mrs', 'Dr']; // prettier-ignore
const PARTICLES = ['van', 'von', 'de', 'da', 'al', 'del', 'di'];
const SYLLABLES = list(
  'al an ar bel bor cas cor dan del dor el en far fen gal gor hal hem is jar kal kel lan lor mar mel mor nel nor ol or pel per quin ral ren ros sal ser tal ten tor ul val ver wil yor zan zel',
);

const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** A name that no list has: two or three syllables. */
export function inventedName({ pick, next }) {
  const parts = Array.from({ length: next() < 0.6 ? 2 : 3 }, () => pick(SYLLABLES));
  return capital(parts.join('')) + (next() < 0.3 ? pick(['a', 'o', 'i', 'us', 'ia']) : '');
}

/** A person as texts name them; titles are no part of a name. */
export function person(random) {
  const { pick, next } = random;
  const given = () => (next() < 0.12 ? inventedName(random) : pick(GIVEN));
  const surname = () => (next() < 0.15 ? inventedName(random) : pick(SURNAMES));
  const kind = next();
  if (kind < 0.34) return { name: given() };
  if (kind < 0.72) return { name: `${given()} ${surname()}` };
  if (kind < 0.77) return { name: `${given()} ${pick(SURNAMES)[0]}. ${surname()}` };
  if (kind < 0.81) return { name: `${given()} ${pick(PARTICLES)} ${surname()}` };
  if (kind < 0.84) return { name: `${given()} ${surname()}-${pick(SURNAMES)}` };
  if (kind < 0.92) return { before: pick(TITLES), name: surname() };
  return { name: surname() };
}
