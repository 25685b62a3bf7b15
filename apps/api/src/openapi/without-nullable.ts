/**
 * Rewrites `nullable: true`, which OpenAPI 3.1 does not know, in the words of JSON Schema: `type: [x, 'null']`, or one
 * of several where the type stands elsewhere.
 */
export function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutNullable(inner)] as const);
  const { nullable, ...schema } = Object.fromEntries(entries);
  if (typeof nullable !== 'boolean') return Object.fromEntries(entries);
  return nullable ? orNull(schema) : schema;
}

function orNull({ type, enum: choices, ...rest }: Record<string, unknown>): Record<string, unknown> {
  if (typeof type === 'string') {
    const withNull = Array.isArray(choices) ? { enum: [...choices, null] } : {};
    return { ...rest, type: [type, 'null'], ...withNull };
  }
  const { description, ...reference } = rest;
  return { ...(description === undefined ? {} : { description }), anyOf: [reference, { type: 'null' }] };
}
