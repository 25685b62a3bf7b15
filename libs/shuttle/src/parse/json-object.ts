import { hasTooManyParts } from './part-limit.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The bytes as a JSON object of a size that can be held; undefined for anything else. Bytes that are not UTF-8 become U+FFFD. */
export function parseJsonObject(bytes: Buffer): JsonObject | undefined {
  if (hasTooManyParts(bytes)) return undefined;
  try {
    return asObject(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A text that is not empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
