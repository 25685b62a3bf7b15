export function summarise(directory: string): {
  passed: number;
  failed: number;
  failures: Readonly<Record<string, readonly string[]>>;
};
