// Ordinary words. Many of them, each seldom: most are unknown to the tagger, which so learns that an unknown word is no name
// by itself, not even with a capital at the beginning of a sentence.
const list = (text) => text.trim().split(/\s+/);

const THINGS = list(`
account actor advice afternoon airplane album alarm animal answer apartment apple argument arm army article artist aunt baby badge bag ball band bank
barrel basket battery battle beach bear bed beetle bell bench bill bird blanket boat body bone border boss bottle bowl branch bread breakfast brick
bucket budget building bus button cabin cable cake calendar camp candidate captain card carpet castle cat cellar century chair chance chapter child cinema
circle citizen city clerk cliff client cloud club coach coat coffee coin colleague college colour comment committee company concert cook corner cottage
council country couple course court cousin cover cow crane crew crisis crowd cup cupboard curtain customer dance danger daughter deal debate debt deer
desk detail dinner dish doctor dog dollar door dragon drawer dream dress driver drum duck dust duty eagle ear editor egg election elephant email employee
enemy envelope error evening event exam expert eye factory failure family fan farm farmer father fence festival field fight file finger fire fish flag
flat floor flower folder food forest fork fox friend frog fruit future game garage gate ghost giant gift glass glove goal goat government guard guest guide
guitar hammer hand harbour hat heart hill hole holiday home horse hospital hotel hour house husband idea insect island jacket job joke journey judge kettle
kitchen kite knee knife ladder lake law lawyer leader leaf lesson library lion list lock magazine manager market match meal meeting member message mile
mill minister minute mirror mistake monkey month moon morning mother mountain mouse mouth museum nail neighbour nest newspaper night noise nurse ocean offer
office officer onion opinion orange oven owl owner page pan paper parcel parent park partner party path patient peak pen pencil people pepper photo picture
pilot pirate plan planet plate player pocket poem poet police potato potion prince prison prize problem product program project promise pupil queen
question rabbit radio rain reader recipe region result reward rider ring river road robot rock roof room root rope rule sailor salad sandwich school
scientist screen sea season secret sentence server shadow sheep ship shirt shoe shop shoulder sign singer sister sky snake soldier son song soup spoon
spy stage stair star station statue stone storm story stranger street student suitcase summer sun table tail task teacher team tent test thief thing thread
ticket tiger tooth tower town toy trader train tree trial truck tunnel uncle valley van vegetable victim village visitor voice volunteer voter walk wall
war watch water wave wedding week wheel wind window winter witch witness wizard wolf woman wood word worker world writer year zebra
`);
const DONE = list(`
accepted admired adopted answered asked attacked avoided baked banned blamed blocked borrowed bought brought built burned buried called cancelled carried
caught caused changed chased checked chose cleaned climbed collected compared copied counted covered created criticised crossed damaged defeated defended
delayed delivered denied described designed destroyed discovered discussed doubted dropped enjoyed entered escaped examined explained explored feared
filled filmed finished fixed followed forgot fought found gave guessed handed hated helped heard hid hired hit hunted ignored improved included
inspected introduced invented investigated invited joined judged kept kicked kissed knew launched learned left lifted liked lost loved made marked
measured mentioned missed moved named needed noticed offered opened ordered owned packed paid painted planned planted played praised prepared printed
promised protected proved published pulled pushed questioned raised read received recognised refused rejected remembered repaired replaced reported
rescued returned reviewed sang saved saw searched selected sent served shared showed signed sold solved started stole stopped studied supported
surprised taught tested thanked threw tied told touched trained treated trusted understood used visited wanted warned washed watched welcomed won wore wrote
`);
const DO = list(`
accept admire annoy answer avoid bake believe borrow break bring build buy call carry catch change chase clean climb collect compare cook count cover
create cross deliver describe design destroy discover draw drink drop eat enjoy enter expect explain fear feed fill find fix follow forget grow guess hate
hear help hide hold hunt improve invent invite join keep know learn leave lend lift like lose love make measure meet miss need notice offer open order own
paint pick plan plant play prefer prepare print promise protect prove pull push read receive remember repair replace report save see sell send serve show
solve steal stop study support surprise teach test thank throw touch train trust understand use visit want warn wash watch wear welcome win write
`);
const LIKE = list(`
able afraid ancient angry awful bad beautiful big bitter black blind blue brave brief bright broken brown busy calm careful cheap clean clear clever cold
common curious dangerous dark dead deep difficult dirty dry dusty early easy empty expensive fair famous fast fat fine foreign free fresh friendly full
funny gentle golden good great green grey grumpy guilty happy hard heavy helpful high hollow honest hot huge hungry important invisible kind large last
late lazy light local lonely long loud lovely lucky magic mad modern narrow national new nice noisy odd old open orange ordinary pale plain poor popular
possible pretty private proud public purple quick quiet rare ready real red rich rough round rude sad safe salty serious shallow sharp short shy sick
silent silly silver simple slow small smooth soft special stale strange strong stupid sudden sweet tall tame thick thin tiny tired ugly unusual useful
usual warm weak wet white wide wild wise wonderful wooden wrong yellow young
`);
const HOW = list(`
again already also always apparently badly barely carefully certainly clearly completely early easily eventually exactly finally fortunately frequently
generally gently happily honestly immediately indeed instead late lately later maybe meanwhile mostly nearly never now obviously occasionally officially
often once only originally perhaps personally possibly probably properly quickly quietly rarely really recently sadly seldom silently simply slowly
somehow sometimes soon still strangely suddenly surely then there therefore today tomorrow tonight together twice unfortunately usually well yesterday
`);
const LINKS = list(`
accordingly additionally alternatively although anyway because besides consequently conversely curiously elsewhere first furthermore hence hopefully however
incidentally interestingly ironically likewise luckily meanwhile moreover naturally nevertheless next nonetheless otherwise overall overnight previously
regardless second similarly since surprisingly thankfully third thus traditionally ultimately whatever while worldwide yet
`);
const STUFF = list(`
gold silver oil gas wheat rice sugar cotton copper steel iron coal bread butter cheese milk tea wine beer chocolate energy electricity traffic tourism
football tennis chess music physics biology history politics medicine magic poetry research education health weather inflation unemployment smoke rain snow
sleep time money love hope peace winter spring summer autumn house food fuel stock ticket rent breakfast dinner
`);
/** Capitals that are no people, places or organisations. */
const CAPITALS = list(`
American Australian Austrian Brazilian British Canadian Catholic Christian Danish Egyptian European Finnish Indian Italian Jewish Korean Mexican Muslim
Nigerian Norwegian Persian Polish Portuguese Roman Scottish Swedish Swiss Victorian Western Ukrainian
`);
const THEMES = ['Christmas', 'Easter', 'Ramadan', 'New Year', 'Halloween', 'Thanksgiving', 'the Olympics', 'the World Cup', 'the Renaissance', 'the Cold War', 'Windows', 'Java', 'TV', 'the iPhone', 'a PDF', 'DNA', 'the Bible', 'WiFi', 'GDP', 'a CD', 'the Nobel Prize', 'an Oscar', 'the Internet', 'Wikipedia articles', 'a BBQ', 'an FAQ']; // prettier-ignore

const plural = (noun) => (/(s|x|ch|sh)$/.test(noun) ? `${noun}es` : noun.replace(/([^aeiou])y$/, '$1ie').concat('s'));

export const ORDINARY = { w: THINGS, s: THINGS.map(plural), v: DONE, b: DO, j: LIKE, r: HOW, t: CAPITALS, e: THEMES, k: LINKS, f: STUFF };
