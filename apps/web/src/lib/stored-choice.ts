/** Small choices that are kept in this browser, such as the platform of the last ticket. */
export type StoredChoice = 'last-platform' | 'message-language';

export function storedChoice(name: StoredChoice): string | undefined {
  return localStorage.getItem(name) ?? undefined;
}

export function storeChoice(name: StoredChoice, value: string): void {
  localStorage.setItem(name, value);
}
