export const MAX_USERNAME_LENGTH = 150;

/** Letters of any script, digits and `@.+_-`, beginning with a letter or digit: what the original allowed. */
const PATTERN = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}@.+_-]*$/u;

/** As names are stored and compared. */
export function normaliseUsername(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** What is wrong with a new name, as a sentence without a subject. */
export function usernameFault(text: string): string | undefined {
  const username = normaliseUsername(text);
  if (username.length === 0 || username.length > MAX_USERNAME_LENGTH)
    return `must have 1 to ${MAX_USERNAME_LENGTH} characters`;
  if (!PATTERN.test(username)) return 'may have letters, digits and @.+_- and begins with a letter or digit';
  return undefined;
}
