export interface MissingCapability {
  readonly name: string;
  readonly explanation: string;
}
export function requiredInCi(file: string): string[];
export function missingCapabilities(path?: string): MissingCapability[];
