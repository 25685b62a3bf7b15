/** NIST SP 800-63B §3.1.1.2 and ASVS 5.0.0-6.2: length counts, composition does not, and no guess from a list. */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 1_024;

const MIN_DISTINCT_CHARACTERS = 5;
/** Shorter words would forbid too much by chance. */
const MIN_WORD_LENGTH = 4;
const MIN_USERNAME_LENGTH = 3;

const PRODUCT_WORDS = ['logscollector', 'logcollector', 'logshuttle'];

export interface PasswordContext {
  readonly username: string;
  /** The host's labels, the organisation: words that an attacker of this very installation tries first. */
  readonly words: readonly string[];
  /** Whether a lower-case text stands in the list of common passwords or is one of the words they are made of. */
  readonly isCommon: (text: string) => boolean;
}

/** One password typed on two systems may arrive in two Unicode forms; both must be the same password. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** What is wrong with a new password, as sentences without a subject; empty when it may be used. */
export function passwordFaults(password: string, context: PasswordContext): string[] {
  const normal = normalisePassword(password);
  const length = [...normal].length;
  const faults: string[] = [];
  if (length < MIN_PASSWORD_LENGTH) faults.push(`must have at least ${MIN_PASSWORD_LENGTH} characters`);
  if (length > MAX_PASSWORD_LENGTH) faults.push(`must have at most ${MAX_PASSWORD_LENGTH} characters`);
  if (faults.length > 0) return faults;
  if (containsWord(normal, context)) faults.push('must not contain the user name, the product or the server');
  if (isGuessable(normal, context)) faults.push('is one of the passwords that are tried first');
  return faults;
}

function containsWord(password: string, context: PasswordContext): boolean {
  const plain = squash(password);
  const username = squash(context.username);
  const words = [...PRODUCT_WORDS, ...context.words.map(squash)].filter((word) => word.length >= MIN_WORD_LENGTH);
  if (username.length >= MIN_USERNAME_LENGTH) words.push(username);
  return words.some((word) => plain.includes(word));
}

function isGuessable(password: string, context: PasswordContext): boolean {
  if (new Set(password).size < MIN_DISTINCT_CHARACTERS) return true;
  const lower = password.toLowerCase();
  const bare = withoutDecoration(lower);
  const guesses = [lower, bare, plainLetters(lower), plainLetters(bare)];
  return guesses.some((guess) => context.isCommon(guess) || context.isCommon(firstUnit(guess)));
}

/** Letters and digits only, so that `Logs-Collector` and `logs collector` are one word. */
function squash(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

function plainLetters(text: string): string {
  return text.replace(/[@43!10$57]/g, (character) => LOOKALIKES[character] ?? character);
}

/** `!!dragon2024!` is a guess as good as `dragon`. */
function withoutDecoration(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

/** `passwordpassword` is a guess as good as `password`. */
function firstUnit(text: string): string {
  for (let size = 1; size <= text.length / 2; size += 1) {
    if (text.length % size === 0 && text === text.slice(0, size).repeat(text.length / size)) return text.slice(0, size);
  }
  return text;
}
