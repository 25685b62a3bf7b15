/** The path of a request's URL, without query. */
export function pathOf(url: string): string {
  const end = url.search(/[?#;]/);
  return end === -1 ? url : url.slice(0, end);
}

export function isApiPath(url: string): boolean {
  return /^\/api(?:\/|$)/.test(pathOf(url));
}

/** What orchestrators ask; open to any Host and during shutdown. */
export function isHealthPath(url: string): boolean {
  return /^\/health(?:\/|$)/.test(pathOf(url));
}
