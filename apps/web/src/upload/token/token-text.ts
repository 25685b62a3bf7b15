/** What somebody typed, pasted or opened, as an upload token. */
export type TokenText =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'wrong_characters'; readonly characters: string }
  | { readonly kind: 'wrong_length'; readonly length: number };

export const TOKEN_LENGTH = 32;
/** Tokens are base32 without capitals; those of the former application are UUIDs. */
const TOKEN_CHARACTER = /[a-z2-7]/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A UUID, or as much of one as somebody copied: it has digits that no token of ours has. */
const PART_OF_UUID = /^[0-9a-f]+-[0-9a-f-]*$/;

/**
 * Reads a token, or the whole link that carries it behind `#`. Spaces and line breaks come from mail programs and
 * capitals from phones; neither means anything.
 */
export function readTokenText(text: string): TokenText {
  const token = decoded(text.slice(text.lastIndexOf('#') + 1))
    .replace(/\s/g, '')
    .toLowerCase();
  if (token === '') return { kind: 'empty' };
  if (UUID.test(token)) return { kind: 'token', token };
  if (PART_OF_UUID.test(token)) return { kind: 'wrong_length', length: token.length };
  const wrong = [...new Set(token)].filter((character) => !TOKEN_CHARACTER.test(character));
  if (wrong.length > 0) return { kind: 'wrong_characters', characters: wrong.slice(0, 5).join(' ') };
  if (token.length !== TOKEN_LENGTH) return { kind: 'wrong_length', length: token.length };
  return { kind: 'token', token };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
