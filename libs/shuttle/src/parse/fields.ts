/** `k=v` pairs with a space between; a value that has a space or a quote in it is quoted. */
export function formatFields(pairs: Iterable<readonly [string, string]>): string {
  return Array.from(pairs, ([name, value]) => `${name}=${quoted(value)}`).join(' ');
}

function quoted(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : value;
}
