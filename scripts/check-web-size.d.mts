export interface ManifestChunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}
export type Manifest = Readonly<Record<string, ManifestChunk>>;
export interface PageSize {
  readonly entry: string;
  readonly bytes: number;
  readonly budget: number;
}
export const BUDGETS: Readonly<Record<string, number>>;
export function initialFiles(manifest: Manifest, ...entries: readonly string[]): string[];
export function measure(directory: string, budgets?: Readonly<Record<string, number>>): PageSize[];
export function checkWebSize(directory: string, say?: (text: string) => void): boolean;
