export function summarise(directory: string): { passed: number; failed: number };
