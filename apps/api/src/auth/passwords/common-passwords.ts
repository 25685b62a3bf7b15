/**
 * Passwords that are tried first. The words are single facts that every published ranking of leaked passwords agrees
 * on (names, sports, keyboard walks, "password" in several languages), gathered by hand for this project; no list was
 * copied. What people make of such words to reach a length is made of them here, so that the file stays small.
 */
const WORDS = `
password passw0rd passwort passwd pass contrasena contraseña motdepasse parola parol haslo heslo salasana lozinka senha
wachtwoord sifre sifra kennwort geheim secret secreto secreta sekret tajne access letmein welcome willkommen bienvenue
bienvenido privet zdravo hello hallo hola bonjour ciao salut login logon signin admin administrator administrador
adminadmin root rootroot toor superuser sysadmin system server default guest gast user username test testing tester
temp temporary changeme changeit change newpass newpassword mypassword mypass thepassword yourpassword nopassword
qwerty qwertz azerty qwertyuiop qwertyui asdfgh asdfghjkl asdf zxcvbn zxcvbnm zxcv qazwsx qazwsxedc wsxedc qweasd
qweasdzxc asdzxc poiuyt poiuytrewq lkjhgf mnbvcxz ytrewq trewq йцукен йцукенгшщз пароль привет любовь наташа максим
марина андрей сергей солнце qweqwe asdasd zxczxc qwe asd zxc abcabc abcdef abcdefg abcdefgh abcdefghi abcd abc alphabet
aaaaaa iloveyou iloveu ilove loveyou lovely lover loveme love forever always angel angels angelo baby babygirl babyboy
princess princesa prince queen king kingdom sunshine sunset sunrise moonlight starlight rainbow butterfly flower flowers
rose daisy lily summer winter spring autumn january february march april june july august september october november
december monday tuesday wednesday thursday friday saturday sunday holiday birthday christmas easter halloween
dragon monkey tiger lion eagle falcon phoenix panther leopard wolf wolves bear shark dolphin horse horses mustang pony
rabbit bunny kitty kitten puppy doggy dogs cats snoopy garfield mickey minnie donald pluto tinkerbell barbie pokemon
pikachu naruto sasuke goku dragonball batman superman spiderman ironman avengers wolverine hulk thor loki joker matrix
starwars startrek skywalker yoda vader jedi gandalf frodo aragorn legolas hobbit harry harrypotter hermione dumbledore
hogwarts gryffindor football soccer baseball basketball hockey tennis golf golfer rugby cricket volleyball swimming
running fishing hunting skating skateboard surfing liverpool chelsea arsenal manchester united barcelona realmadrid
juventus milan bayern dortmund ajax celtic rangers everton tottenham spartak dynamo zenit yankees redsox lakers bulls
cowboys steelers packers eagles patriots giants raiders broncos dolphins ravens bears tigers lions panthers jordan
kobe lebron ronaldo messi neymar beckham zidane michael jennifer jessica ashley daniel david robert thomas charlie
andrew joshua matthew anthony william george james john joseph jordan nicole amanda samantha elizabeth michelle
melissa stephanie heather rebecca rachel hannah sarah laura emily emma olivia sophie sophia isabella victoria natasha
natalie alexander alexandra alexandre alexis alex maria marina anna andrea angela anastasia christina christine
christian christopher patrick patricia peter steven stephen kevin brian justin brandon tyler austin dylan nathan
benjamin samuel gabriel rafael miguel carlos fernando roberto ricardo eduardo alejandro sebastian martin oliver
maximilian maxwell martha margaret barbara linda susan karen nancy sandra diana monica veronica valentina valeria
vanessa jasmine crystal tiffany amber ginger pepper cookie cookies chocolate cheese banana orange apple cherry
strawberry blueberry peanut butter coffee pizza chicken hamburger pumpkin popcorn candy sugar honey sweet sweetie
sweetheart cupcake purple yellow green black white silver golden diamond crystal emerald scorpion scorpio aquarius
pisces gemini taurus virgo libra capricorn sagittarius mercury venus jupiter saturn neptune uranus galaxy universe
cosmos planet earth world heaven paradise jesus christ jesuschrist godisgood blessed blessing faith hope grace church
bible master mistress hunter killer shadow ninja samurai warrior soldier marine ranger sniper assassin gangster
pirate viking knight wizard magic mystic legend hero heroes zombie vampire demon devil satan lucifer ghost monster
metallica nirvana slipknot eminem rockstar rock guitar music musica dance dancer piano drums blink linkin linkinpark
beatles elvis madonna britney rihanna shakira beyonce taylor bieber computer internet windows microsoft google facebook
youtube twitter instagram linkedin samsung android iphone apple macintosh linux ubuntu debian redhat oracle cisco
database network security router switch wireless desktop laptop printer keyboard mouse monitor software hardware
developer programmer hacker hacking hackme cheater freedom liberty america american canada mexico brazil brasil
argentina colombia england london scotland ireland france paris germany deutschland berlin italia italy roma napoli
spain espana madrid portugal lisboa russia moscow poland polska warszawa ukraine kiev turkey istanbul galatasaray
fenerbahce besiktas india indian pakistan china chinese japan tokyo korea vietnam indonesia australia sydney melbourne
newyork california texas florida chicago boston dallas denver phoenix seattle houston lasvegas hollywood manhattan
ferrari porsche mercedes bmw audi volkswagen toyota honda nissan mazda subaru yamaha kawasaki suzuki ducati harley
harleydavidson chevrolet chevy corvette camaro ford lexus jaguar bentley lamborghini bugatti money million millionaire
billion dollar dollars bitcoin business company office manager director boss employee student teacher school college
university trustno whatever nothing something anything everything nobody somebody everybody family friend friends
friendship mother father brother sister daughter grandma grandpa mommy daddy mama papa marriage married wedding
beautiful pretty handsome gorgeous awesome amazing fantastic wonderful perfect special happy happiness smile smiley
laugh funny crazy stupid idiot moron asshole bullshit fuckyou fuckoff fuck bitch pussy sexy sexsex hotdog hottie
hardcore extreme maximum ultimate supreme infinity power powerful strong strength thunder lightning storm hurricane
tornado volcano fire firefly water ocean river mountain forest garden sunlight midnight darkness nightmare dreamer
dreams fantasy adventure explorer traveler captain commander general colonel sergeant president minister
correct horse battery staple correcthorsebatterystaple
`;

const SUFFIXES = `
1 2 3 7 11 12 13 21 22 23 69 77 88 99 00 01 007 100 111 123 321 1234 4321 12345 54321 123456 654321 1234567 12345678
123456789 1234567890 ! !! 1! 123! 1234! @123 #1 2000 2010 2015 2018 2019 2020 2021 2022 2023 2024 2025 2026 2024! 2025!
2026! abc xyz qwe qwerty
`;

const KEYBOARD_WALKS = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
];

const MIN_WALK_LENGTH = 4;

let known: Set<string> | undefined;

/** The list, built when it is first needed: words, words with a usual ending, keyboard walks of every length. */
export function commonPasswords(): ReadonlySet<string> {
  known ??= build();
  return known;
}

function build(): Set<string> {
  const words = WORDS.trim().split(/\s+/);
  const suffixes = SUFFIXES.trim().split(/\s+/);
  const list = new Set(words);
  for (const word of words) for (const suffix of suffixes) list.add(word + suffix);
  for (const walk of KEYBOARD_WALKS) for (const run of runsOf(walk)) list.add(run);
  return list;
}

/** Every stretch of a walk, forwards and backwards, also going round. */
function* runsOf(walk: string): Generator<string> {
  for (const direction of [walk, [...walk].reverse().join('')]) {
    const ring = direction + direction;
    for (let start = 0; start < direction.length; start += 1) {
      for (let end = start + MIN_WALK_LENGTH; end <= ring.length; end += 1) yield ring.slice(start, end);
    }
  }
}
