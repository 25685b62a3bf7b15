/** The code of a link, from what somebody typed or pasted: the code itself or the whole link. */
export function linkCode(typed: string): string {
  return typed.slice(typed.lastIndexOf('#') + 1).trim();
}
