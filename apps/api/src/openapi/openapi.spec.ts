import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startTestApp, type TestApp } from '../../test-support/edge-app.js';
import { declaredErrorKinds } from '../common/errors/coded-error.js';
import { generatedFiles } from './generated-files.js';
import { completeOperations } from './operations.js';
import { withoutNullable } from './without-nullable.js';

const ROOT = join(import.meta.dirname, '../../../..');

let test: TestApp | undefined;
const start = async () => {
  test = await startTestApp();
  return test.app;
};

describe('The OpenAPI document', () => {
  afterEach(async () => {
    await test?.close();
    test = undefined;
  });

  it('is valid OpenAPI 3.1', async () => {
    const answer = await (await start()).inject({ url: '/api/openapi.json' });
    expect(answer.headers['content-type']).toContain('application/json');
    const validator = new Validator();
    const result = await validator.validate(answer.json());
    expect(result).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(JSON.stringify(answer.json())).not.toContain('"nullable"');
  });

  it('says of every operation which credentials it needs and what an error looks like', async () => {
    const { paths } = (await (await start()).inject({ url: '/api/openapi.json' })).json();
    for (const item of Object.values<Record<string, Record<string, unknown>>>(paths)) {
      for (const operation of Object.values(item)) {
        expect(operation).toMatchObject({ security: expect.any(Array), responses: { default: expect.anything() } });
      }
    }
  });

  it.each(['apps/api/openapi.json', 'docs/errors.md', 'docs/settings.md', '.env.example'])(
    '%s is what `pnpm emit` would write',
    async (path) => {
      expect(readFileSync(join(ROOT, path), 'utf8')).toBe(generatedFiles(await start())[path]);
    },
  );
});

describe('What decorators note for the document', () => {
  const document = (operation: object) => ({
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    paths: { '/x': { get: { responses: {}, ...operation } } },
  });

  it('becomes responses by status', () => {
    const noted = document({ 'x-problem-codes': ['not_found', 'host_not_allowed', 'malformed_request'] });
    const { get } = completeOperations(noted, declaredErrorKinds()).paths['/x'] ?? {};
    expect(Object.keys(get?.responses ?? {})).toEqual(['400', '401', '403', '404', 'default']);
    expect(JSON.stringify(get?.responses['400'])).toContain('host_not_allowed');
    expect(get).not.toHaveProperty('x-problem-codes');
  });

  it('must name codes that exist', () => {
    const noted = document({ 'x-problem-codes': ['no_such_code'] });
    expect(() => completeOperations(noted, declaredErrorKinds())).toThrow(/get \/x names the error code no_such_code/);
  });

  it('tells public operations from those of customers and of staff', () => {
    const securityOf = (operation: object) =>
      completeOperations(document(operation), declaredErrorKinds()).paths['/x']?.get?.security;
    expect(securityOf({ 'x-public': true })).toEqual([]);
    expect(securityOf({ security: [{ upload_token: [] }] })).toEqual([{ upload_token: [] }]);
    expect(securityOf({})).toEqual([{ bearer: [] }, { cookie: [] }, { api_key: [] }]);
  });

  it('rewrites nullable in the words of JSON Schema', () => {
    expect(withoutNullable({ type: 'string', nullable: true })).toEqual({ type: ['string', 'null'] });
    expect(withoutNullable({ type: 'string', nullable: false })).toEqual({ type: 'string' });
    expect(withoutNullable({ $ref: '#/x', nullable: true })).toEqual({ anyOf: [{ $ref: '#/x' }, { type: 'null' }] });
    expect(withoutNullable({ properties: { nullable: { type: 'boolean' } } })).toEqual({
      properties: { nullable: { type: 'boolean' } },
    });
  });
});

describe('Swagger UI', () => {
  afterEach(async () => {
    await test?.close();
    test = undefined;
  });

  it('comes from here alone, without inline scripts, under a policy of its own', async () => {
    const app = await start();
    const page = await app.inject({ url: '/api/docs/' });
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self';/);
    expect(page.body).not.toMatch(/https?:\/\/|<script>|onload=/);
    const assets = [...page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, url]) => String(url));
    expect(assets).toHaveLength(3);
    for (const url of assets) expect((await app.inject({ url })).statusCode).toBe(200);
    expect((await app.inject({ url: '/api/docs/assets/package.json' })).statusCode).toBe(404);
    expect((await app.inject({ url: '/api/docs/assets/..%2fpackage.json' })).statusCode).toBe(404);
  });

  it('explains every error code where the type of a problem points', async () => {
    const app = await start();
    const problem = (await app.inject({ url: '/api/nothing' })).json();
    const [path, anchor] = String(problem.type).split('#');
    const page = await app.inject({ url: String(path) });
    expect(page.body).toContain(`id="${anchor}"`);
  });
});
