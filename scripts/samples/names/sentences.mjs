// What stands around the names. {P} is a person, {L} a place, {O} an organisation; {d} a day, {m} a month, {n} a number,
// {y} a year, {l} a language, {e} an event or the like: capital letters that are no names of those kinds. {w} is a thing, {s}
// things, {v} what was done, {b} to do, {j} how something is, {r} how it was done, {t} of which people, {k} what joins two
// sentences, {f} what cannot be counted.
import { ORDINARY } from './ordinary.mjs';

const lines = (text) => text.trim().split('\n');

export const WITH_NAMES = lines(`
{P} and {P} met in {L} on {d}.
{P} lives in {L} with {P}.
{P} works for {O} in {L}.
{P}, the head of {O}, said on {d} that the plan was sound.
"I have never been to {L}," said {P}.
"Where is {P}?" asked {P}.
"{P} is late again," {P} whispered.
"Come here, {P}!" shouted {P}.
"Thank you, {P}," she said.
"{P}," he said, "we must go to {L} before {m}."
{P} smiled at {P} and closed the {w}.
{P} took the {w} from {P}'s hand.
{P} looked out of the window and thought of {L}.
{P} was born in {L} in {y}.
Born in {L}, {P} joined {O} in {y}.
In {m}, {P} moved from {L} to {L}.
{O} opened an office in {L} last {m}.
{O} and {O} announced a merger on {d}.
Shares of {O} rose by {n} percent on {d}.
Shares in {O} fell after {P} resigned.
{O} will hire {n} people in {L}, a spokesman said.
A spokesman for {O} declined to comment.
According to {O}, the number of visitors to {L} doubled in {y}.
The mayor of {L}, {P}, opened the new {w}.
The government of {L} signed the treaty in {L}.
The president of {L} will meet {P} in {L} on {d}.
The train from {L} to {L} was late by {n} minutes.
The flight from {L} arrived at noon.
They drove from {L} to {L} in {n} hours.
We spent the summer in {L}.
We flew to {L} and took a boat to {L}.
I met {P} at {O} in {y}.
I would like to introduce {P}, who works for {O}.
My friend {P} has just moved to {L}.
My sister {P} studies at {O}.
His brother {P} lives near {L}.
Her teacher, {P}, came from {L}.
Have you seen {P} or {P} today?
Did {P} call you from {L}?
Please tell {P} that the {w} is ready.
Please send the {w} to {P} at {O}.
Dear {P}, thank you for your letter of {m}.
Best wishes from {L}, {P}
Yours sincerely, {P}
{P} wrote a book about {L}.
{P} wrote the {w} while living in {L}.
{P} and her husband {P} bought a house near {L}.
{P} invented a new {w}.
{P} and {P} invented a new spell.
{P} raised the {w}, and {P} stepped back.
{P} knew that {P} would never leave {L}.
{P} had been to {L} only once.
{P} had worked at {O} for {n} years.
{P} has been named chief executive of {O}.
{P} plays for {O} and comes from {L}.
{P} scored twice as {O} beat {O} in {L}.
{O} won the cup in {L}, and {P} scored the last goal.
{O} lost to {O} by {n} points.
The police in {L} arrested {P} on {d}.
The court in {L} ruled against {O}.
{P} told {O} that the {w} was stolen.
Reporters from {O} asked {P} about {L}.
{O} reported that {P} had left {L}.
{O} has sold its factory in {L} to {O}.
{O} makes the best {w} in {L}.
Engineers at {O} built a {w} for {O}.
Researchers at {O} found a new way to read {l}.
{P}, a researcher at {O}, speaks {l} and {l}.
{P} speaks {l} but has never seen {L}.
{P} taught {l} at {O} until {y}.
Customers of {O} in {L} complained about the {w}.
{P} bought a {w} from {O}.
The {w} that {P} lost was found in {L}.
The road to {L} was closed after the storm.
The weather in {L} was cold, and {P} stayed at home.
It was raining in {L} when {P} arrived.
It was {P} who found the {w}.
Nobody in {L} had heard of {P}.
Everyone at {O} knew {P}.
Only {P} could open the {w}.
As soon as {P} saw {P}, the {w} fell to the floor.
When {P} came back from {L}, {P} was gone.
While {P} was in {L}, {O} closed its doors.
After {P} left {O}, {P} took over.
Before {y}, {L} belonged to {L}.
On {d}, {P} and {P} took the bus to {L}.
Last {d} {P} called from {L}.
At {O}, {P} met {P}, a writer from {L}.
In {L}, {O} is better known than {O}.
In {y}, {O} moved its headquarters to {L}.
Near {L} there is a {w} that {P} built.
From {L} we walked to {L}, where {P} was waiting.
{L} is the largest city in {L}.
{L} lies north of {L}.
{L} and {L} have signed a treaty.
{L} was quiet that night, and {P} could not sleep.
{L} has {n} people and one {w}.
The people of {L} voted for {P}.
The streets of {L} were empty.
The {w} of {L} is famous in {L}.
Soldiers from {L} crossed the border of {L}.
Tourists from {L} love the {w} in {L}.
{n} people died in {L} on {d}, {O} said.
{P} ({O}) and {P} ({O}) shared the prize.
{P} of {O} and {P} of {O} spoke in {L}.
Members: {P}, {P} and {P}
Present: {P} ({O}), {P} ({L}).
{L}, {m} {n} - {O} said on {d} that sales rose.
{L} ({O}) - {P} is to visit {L} next week.
Why did {P} leave {O}?
Who is {P}?
What does {P} want from {O}?
How far is {L} from {L}?
Is {L} bigger than {L}?
Let us visit {P} in {L}!
Good morning, {P}!
Happy birthday, {P}!
@ {L} with {P} :)
just met {P} at {O}, what a day
watching {O} with {P} tonight
off to {L} with {P} and {P} tomorrow
Love {L}!
{P} is the best!!!
{P}'s mother was a doctor in {L}.
{P}'s new {w} was made by {O}.
{P}'s letter from {L} came on {d}.
{L}'s mayor met {P}.
{O}'s profit fell by {n} percent in {m}.
The {w} belonged to {P}'s father, {P}.
a letter from {P} to {P}
{P} was a great president.
"{P} was a great President!" he said.
He said, "{P} was a great man."
She said that {P} was in {L}.
He asked {P} whether {O} was still in {L}.
He had read about {P} and {L} in the {w}.
They say that {P} sold the {w} to {O} for {n} pounds.
{P} sat down beside {P}. Neither of them spoke.
{P} opened the door. "{P}?"
{P} laughed. "You have never met {P}, have you?"
{P} nodded slowly, and {P} went on reading.
{P} ran up the stairs, past {P}, and into the street.
The old {w} stood between {L} and {L}.
The king of {L} sent {P} to {L}.
The army marched from {L} towards {L}.
The ship left {L} in {m} with {P} on board.
The {w} was painted by {P} in {y}.
The film, directed by {P}, was shot in {L}.
The song by {P} reached number {n} in {L}.
The prize went to {P} for a novel set in {L}.
The company {O} was founded by {P} in {L}.
The bank {O} has branches in {L}, {L} and {L}.
The minister, {P}, flew to {L} for talks with {P}.
The team of {O}, led by {P}, won in {L}.
{P} studied {l} at {O} and law at {O}.
{P} joined {O} as an engineer and left for {O} in {y}.
{P} from {L} won the race in {n} minutes.
{P} died in {L} at the age of {n}.
{P} married {P} in {L} in {y}.
{P}, {n}, of {L}, was driving home from {O}.
{P}, who was born in {L}, and {P}, who was not, are friends.
{P} as well as {P} wanted to see {L}.
neither {P} nor {P} had been to {L}
{P} {v} the {w}.
{P} {v} the {j} {w} {r}.
{P} {v} {P}.
{P} {r} {v} {P}'s {j} {w}.
{P} and {P} {v} a {j} {w} and {v} {s}.
{P} {v} some {s} for {P} before the {w} was {v}.
{r}, {P} {v} the {w}.
{j} {s} {b} {P}.
{s} {v} {P} in {L}.
{s} in {L} {b} {s} {r}.
{s} from {L} {v} {s} on {d}.
{s} at {O} {v} the {w} {r}.
{O} {v} the {j} {w} in {m}.
{O} {v} {O} over {j} {s}.
{O} {r} {v} its {s}, and {O} {v} it.
{O}'s {w} {v} {s} in {L}.
{O}'s {j} {s} {b} {P}.
{L} {v} the {w} {r}.
{L}'s {s} {b} the {w}.
{L} and {O} {v} a {j} {w}.
The {j} {w} {v} {P} {r}.
The {t} {w} {P} {v} {s} in {L}.
The {w} {v} {L} after {e}.
A {j} {w} from {L} {v} {P} and the {s}.
A {w} at {O} said that {s} {b} {s}.
In {L}, {s} are {j} and {s} are {j}.
In {L} the {s} {v} {r}.
At {O} we {b} {s} {r}.
With {P}, the {w} was {j}.
Before {e}, {P} {v} {L} with {s}.
During {e} {s} in {L} {b} {s}.
{t} {s} {v} {O} in {L}.
{t} {w} {P} {v} the {j} {w}.
{t} {w} {O} {v} {s} in {L}.
I {b} {s}, but {P} {r} {v} them.
We {b} {P} and {P}, the {j} {s}.
She {v} {P} in the {w} near {L}.
He {r} {v} the {w} of {P}.
They {b} {O} because of its {s}.
You {b} {s} in {L}, don't you?
Can you {b} {P} a {w} from {L}?
Will {O} {b} the {s}?
Does {P} {b} {s}?
Did {O} {r} {b} {L}?
Why would {P} {b} {j} {s}?
{b} {P} when you {b} {L}.
Please {b} {P} that {s} are {j}.
"{b} the {w}," {P} {v}. "It is {j}."
"{s} are {j}," said {P} of {O}.
"{r}," said {P}, "the {w} {v} {s}."
{v} by {P}, the {w} {v} {L}.
My {w} {v} {O}, not {O}.
His {j} {w} lives in {L}.
Our {w} in {L} {v} the {s} {r}.
{n} {s} {v} {L} in {y}.
The {w} of {O} {v} {P} for the {s}.
The {w} {P} {v} was {j}.
Dr. {P} {v} the {w} at {O}.
hey {P}, {b} the {w} {r}
omg {P} {v} the {w} in {L} lol
{j} {w} by {P} at {O} {r}
{s}, {s} and {P}
{P} ({t}) {v} {P} in the final of {e}.
{P} speaks {l}, {l} and some {t} {s}.
{P} has {v} {e} in {L}.
{P} was {v} by the {s} of {L}.
{P} is {j}, {P} is {j}.
{P} will {b} the {w} in {m}, {O} said.
{P} cannot {b} {s}.
{P}, who {v} the {w}, will {b} {O}.
{k}, {O} {v} the {w} of {L}.
{k}, {P} {v} {s}.
{k}, {L} {v} its {w} {r}.
{k} {P} {v} {s}, {O} {r} {v} them.
{f} prices in {L} {v} {s}, {O} said.
{f} prices rose as {s} {v} {P}.
{f} from {L} is {j}.
{f} and {f} {v} {L} in {m}.
{f}, said {P}, is {j}.
{O} beat {O} {n} to {n}.
{O} will {b} {O} on {d} in {L}.
{O} and {O} will {b} {j} {s} together.
{O} and {O} {r} {v} {s}.
{O} and {P} will {b} the {w}.
The {w} of {P} begins in {L} next {d}.
The {w} of {P} {v} the {s}.
A {w} of {P}, {n}, {v} {s} on {d}.
`);

export const WITHOUT_NAMES = lines(`
The {w} was on the table.
It was late, and the {w} was gone.
On {d} we stayed at home.
In {m} the days grow longer.
She speaks {l} and {l}.
I don't know what to say.
I think that we should go.
He closed the door and sat down.
Nobody answered.
What a beautiful day!
Where did you find the {w}?
"I am not afraid," she said.
"Not now," he whispered. "Later."
The {l} word for {w} is short.
There were {n} people in the room.
This is the best {w} that I have ever seen.
That was in {y}, long before the war.
Nothing happened for {n} days.
Then the {w} fell.
When the rain stopped, they went out.
After lunch, everyone fell asleep.
Before we begin, please close the {w}.
Please read the {w} again.
Thank you very much for your letter.
Yesterday the bread was fresh.
Tomorrow will be warmer.
My mother told me to be careful.
Our teacher was ill on {d}.
Their house had a red roof.
Your {w} is ready.
We do not sell {w}s on {d}s.
Why not?
Who told you that?
How much is the {w}?
Perhaps it will snow at Christmas.
Every {d} they played cards.
Two men stood at the corner.
Some of the students had left.
Most people like music.
Chapter {n}
Part {n}: The {w}
Section {n} of the law was changed in {m} {y}.
The Prime Minister spoke for {n} minutes.
The President was asleep.
The Queen did not answer.
The Professor smiled.
Doctors say that sleep is good for you.
Teddy bears are on sale!
He said, "Teddy bears are on sale!"
The apple and pear salad was delicious.
A cat, which had eaten already, was full.
Roses are red.
Rose petals lay on the floor.
The Internet was down again.
In the beginning there was nothing.
Hello, how are you?
OK, see you on {d}.
lol that was fun
so tired today, need coffee
WHAT A GAME!!!
Good luck with the {w}!
Sales rose by {n} percent in the first quarter.
Prices fell for the third month.
The court ruled on {d} that the contract was void.
Officials said that {n} people were injured.
The market opened higher on {d}.
{s} {b} {s}.
{s} like {s}.
{s} are {j}.
{k}, the {w} {v} {s}.
{k}, {s} {b} {f}.
{k} it rained, the {w} was {j}.
{k} {s} {b} {s}, {s} are {j}.
{f} is {j}.
{f} is not {j}, and {f} is.
{f} prices {v} {r}.
{f} prices fell as {s} {v} the {w}.
{f} came late that year, and the {s} {v}.
{f} and {f} are {j}.
{j} {s} {v} the {w}.
{j} {s} {b} {s}.
{s} and {s} {b} the {w}.
{w} is {j}.
{r}, the {w} was {j}.
{r} {s} {b} {j} {s}.
{b} the {w}.
{b} {s} {r}.
{b} me the {j} {w}, please.
{v} by {s}, the {w} was {j}.
The {w} {v} the {s} {r}.
The {j} {w} {v} a {w}.
The {t} {w} {v} the {s}.
The {t} {s} {b} {e}.
{t} {s} are {j} in {m}.
{e} is {j} this year.
We {v} {e} {r}.
A {w}, a {w} and {n} {s}.
My {w} {r} {v} {s}.
This {w} has {v} {s}.
These {s} {b} {s} on {d}.
Some {s} {v}, others {v}.
Every {w} must {b} a {w}.
If {s} {b} {s}, the {w} is {j}.
I {b} the {w} that you {v}.
I'm {j} and you're {j}, aren't we?
She is a {w}, he is a {j} {w}.
They {v} the {w}, {v} the {s} and {v} the {w}.
How {j} is the {w}?
Are {s} {j}?
Do {s} {b} {s}?
Can {s} {b} in {m}?
What do {s} {b}?
{w} of the {w}
{j} {w}: {s} {b} {w}
{w}: {s}
{s} ({j})
{l} is a {j} language.
{l} {s} {b} {j} {s}.
{m} was {j}, {m} was {j}.
{m} {n}, {y}
{d}: {b} the {w}
No {w} was {v} on {d}.
In {y} {s} {v} a {w}.
"{s}!" they {v}.
"{b} {s}," said the {w}. "{r}."
lol {s} are so {j}
that {w} was {j}!!!
THE {w} IS {j}
`);

export const WORDS = {
  ...ORDINARY,
  d: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  m: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'], // prettier-ignore
  l: ['English', 'French', 'German', 'Latin', 'Greek', 'Spanish', 'Russian', 'Chinese', 'Arabic', 'Hindi', 'Welsh', 'Irish', 'Japanese', 'Turkish', 'Dutch'], // prettier-ignore
};
