export interface MissingCapability {
  readonly name: string;
  readonly explanation: string;
}
export function requiredInCi(file: string): string[];
export function hasCapability(name: string, path?: string): boolean;
export function missingCapabilities(path?: string): MissingCapability[];
