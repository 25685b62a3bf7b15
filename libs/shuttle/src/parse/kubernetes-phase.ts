/** What happens to a pod, as Kubernetes says it and as the owner of an app reads it. */
const PHASES: readonly (readonly [RegExp, string])[] = [
  [/^Phase: Creating -- /, 'Creating Dyno'],
  [/^Phase: Pending/, 'Waiting on Dyno'],
  [/^Phase: Running\/waiting /, 'at=error code=H10 desc="App crashed"'],
  [/^Phase: Running\/running /, 'Checking Dyno Health'],
  [/^Phase: Running\/terminated .*exitCode=(\d+)/s, 'Dyno exited (exit code $1)'],
  [/^Phase: Deleting -- pod/, 'Deleting Dyno'],
];

/** A Kubernetes event in other words; any other text, other phases included, as it is. */
export function rewritePhase(text: string): string {
  if (!text.startsWith('Phase: ')) return text;
  for (const [pattern, words] of PHASES) {
    const match = pattern.exec(text);
    if (match) return words.replace('$1', match[1] ?? '');
  }
  return text;
}
