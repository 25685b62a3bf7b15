import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Schema {
  readonly $ref?: string;
  readonly type?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly properties?: Readonly<Record<string, Schema & { default?: unknown; enum?: unknown }>>;
}
interface Media {
  readonly schema?: Schema;
}
interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { name: string; in: string; description?: string; schema?: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { description?: string; content?: Readonly<Record<string, Media>> }>>;
}
interface OpenApi {
  readonly tags: readonly { name: string; description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const document: OpenApi = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8'));
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, method, operation })),
);
const fields = Object.entries(document.components.schemas).flatMap(([owner, { properties = {} }]) =>
  Object.entries(properties).map(([name, schema]) => ({ name: `${owner}.${name}`, schema })),
);
/** Answers whose whole content is in their headers. */
const HEADERS_ONLY = ['POST /api/v1/uploads 201'];

/** What an integrator who generates a client from the document stumbles over. */
describe('The OpenAPI document as others use it', () => {
  it('names every operation once, in a way that is a name in every language', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]*_[a-z][A-Za-z]*$/.test(id))).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('says what every operation and every part of a path is for', () => {
    const bare = operations.flatMap(({ name, operation }) => [
      ...(operation.summary ? [] : [name]),
      ...(operation.parameters ?? [])
        .filter((parameter) => parameter.in === 'path' && !parameter.description && !parameter.schema?.example)
        .map((parameter) => `${name} {${parameter.name}}`),
    ]);
    expect(bare).toEqual([]);
  });

  it('says what every field and every parameter means', () => {
    const bareFields = fields.filter(({ schema }) => !schema.$ref && !schema.description).map(({ name }) => name);
    const bareParameters = operations.flatMap(({ name, operation }) =>
      (operation.parameters ?? []).filter(({ description }) => !description).map((one) => `${name} ${one.name}`),
    );
    expect([...bareFields, ...bareParameters]).toEqual([]);
  });

  it('has a type for every parameter', () => {
    const untyped = operations.flatMap(({ name, operation }) =>
      (operation.parameters ?? [])
        .filter(({ schema }) => !schema?.type && !schema?.$ref)
        .map((one) => `${name} ${one.name}`),
    );
    expect(untyped).toEqual([]);
  });

  it('has only examples that a client would take', () => {
    const wrong = fields.filter(({ schema: { format, example } }) => {
      if (example === undefined || example === null) return false;
      if (format === 'uri') return !/^[!-~]+$/.test(String(example)) || !URL.canParse(String(example));
      return format === 'date-time' && Number.isNaN(Date.parse(String(example)));
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
    expect(fields.length).toBeGreaterThan(300);
  });

  it('sorts every operation under a part of the API that it explains', () => {
    const used = new Set(operations.flatMap(({ operation }) => operation.tags ?? []));
    expect([...used].toSorted()).toEqual(document.tags.map(({ name }) => name).toSorted());
    expect(document.tags.filter(({ description }) => !description)).toEqual([]);
  });

  it('has an example for every field of a JSON body', () => {
    const bare = operations.flatMap(({ name, operation }) =>
      Object.entries(resolve(operation.requestBody?.content['application/json']?.schema)?.properties ?? {})
        .filter(([, { example, default: preset, enum: choices, type }]) => {
          return example === undefined && preset === undefined && choices === undefined && type !== 'boolean';
        })
        .map(([field]) => `${name} ${field}`),
    );
    expect(bare).toEqual([]);
  });

  it('says what every answer looks like', () => {
    const bare = operations.flatMap(({ name, method, operation }) =>
      Object.entries(operation.responses).flatMap(([status, { description, content }]) => {
        const isEmpty = method === 'head' || !/^2/.test(status) || status === '204';
        const media = Object.values(content ?? {});
        const isTold = media.every(({ schema }) => schema !== undefined) && (isEmpty || media.length > 0);
        return description && (isTold || HEADERS_ONLY.includes(`${name} ${status}`)) ? [] : [`${name} ${status}`];
      }),
    );
    expect(bare).toEqual([]);
  });

  it('names 422 wherever there is input to be wrong', () => {
    const silent = operations.filter(({ operation }) => {
      const isQueried = operation.parameters?.some((parameter) => parameter.in === 'query');
      const hasInput = isQueried || 'application/json' in (operation.requestBody?.content ?? {});
      return hasInput && !('422' in operation.responses);
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

function resolve(schema: Schema | undefined): Schema | undefined {
  return schema?.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
}
