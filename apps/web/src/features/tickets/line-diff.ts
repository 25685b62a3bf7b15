export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Beyond it the table would take too long; everything is shown as replaced. */
const MAX_CELLS = 4_000_000;

/** Which lines to remove from the one text and to add for the other, by their longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  const left = before.split('\n');
  const right = after.split('\n');
  const removed = (text: string): DiffLine => ({ kind: 'removed', text });
  const added = (text: string): DiffLine => ({ kind: 'added', text });
  if (left.length * right.length > MAX_CELLS) return [...left.map(removed), ...right.map(added)];

  // common[i][j]: how many lines the rests from i and from j have in common.
  const common = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const row = common[i];
    if (!row) continue;
    for (let j = right.length - 1; j >= 0; j -= 1) {
      row[j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  for (const text of left) {
    while (j < right.length && left[i] !== right[j] && at(i, j + 1) > at(i + 1, j)) lines.push(added(right[j++] ?? ''));
    if (j < right.length && text === right[j]) {
      lines.push({ kind: 'same', text });
      j += 1;
    } else lines.push(removed(text));
    i += 1;
  }
  return [...lines, ...right.slice(j).map(added)];
}
