import { describe, expect, it } from '@jest/globals';
import { databaseProblem } from './database-failures.js';

const withCode = (code: string) => Object.assign(new Error('secret detail'), { code });

describe('A failure of the database', () => {
  it.each(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', '53100'])('%s is 507 with Retry-After', (code) => {
    const problem = databaseProblem(withCode(code));
    expect([problem?.kind.status, problem?.kind.code]).toEqual([507, 'database_full']);
    expect(problem?.headers).toEqual({ 'Retry-After': '60' });
    expect(problem?.detail).not.toContain('secret');
  });

  it.each([
    ...['08000', '08001', '08003', '08006', '08P01', '57P01', '57P02', '57P03', '57P05', '53300', '53200'],
    ...['25006', '55P03', '57014', '40001', '40P01'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
    ...['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_LOCKED', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'],
  ])('%s is 503 with Retry-After', (code) => {
    const problem = databaseProblem(withCode(code));
    expect([problem?.kind.status, problem?.headers]).toEqual([503, { 'Retry-After': '5' }]);
    expect(problem?.detail).not.toContain('secret');
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'timeout expired',
  ])('"%s" of pg, which has no code, is 503', (message) => {
    expect(databaseProblem(new Error(message))?.kind.status).toBe(503);
  });

  it.each(['23505', '42P01', '22001', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CORRUPT', 'SQLITE_ERROR', 'ENOENT'])(
    '%s is a fault of ours or something else',
    (code) => expect(databaseProblem(withCode(code))).toBeUndefined(),
  );

  it('is nothing that was thrown without being an error', () => {
    for (const thrown of [undefined, null, 'text', {}, new Error('other')])
      expect(databaseProblem(thrown)).toBeUndefined();
  });
});
