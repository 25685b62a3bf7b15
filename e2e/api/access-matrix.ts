/** Who asks. A key belongs to an administrator, so that only its scope can stand in the way. */
export const ACTORS = [
  ...['anonymous', 'upload token', 'not enrolled', 'viewer', 'staff', 'admin'],
  ...['key: read', 'key: write', 'key: delete', 'key: download', 'key: admin'],
] as const;
export type Actor = (typeof ACTORS)[number];

export const POLICIES = ['sensitive', 'always'] as const;
export type Policy = (typeof POLICIES)[number];

/** What a letter of the matrix stands for: the code of a refusal, or that the decision is left to the data. */
export const OUTCOMES: Readonly<Record<string, string>> = {
  '+': 'allowed',
  a: 'unauthenticated',
  t: 'upload_token_missing',
  f: 'forbidden',
  e: 'second_factor_enrolment_required',
  i: 'enrolment_by_invitation',
  s: 'scope_missing',
};

/**
 * One column for each actor, in the order of ACTORS; the administrator who has not enrolled has two, under the policy
 * `sensitive` and under `always`.
 */
const COLUMNS = ['anonymous', 'upload token', 'not enrolled', 'not enrolled/always', ...ACTORS.slice(3)];

/** Written by hand and compared with nothing but the running server: what may be done, by whom. */
const TABLE = `
                                          no-one token | not enrolled | viewer staff admin | read write delete download admin (keys)

GET /api/v1                               +      +     | +  +         | +      +     +     | +    +     +      +        +
GET /api/v1/check/health                  +      +     | +  +         | +      +     +     | +    +     +      +        +
GET /health/live                          +      +     | +  +         | +      +     +     | +    +     +      +        +
GET /health/ready                         +      +     | +  +         | +      +     +     | +    +     +      +        +
GET /api/v1/receipt-key                   +      +     | +  +         | +      +     +     | +    +     +      +        +
GET /api/v1/logo                          +      +     | +  +         | +      +     +     | +    +     +      +        +
POST /api/v1/setup                        +      +     | +  +         | +      +     +     | +    +     +      +        +

POST /api/v1/auth/token                   +      +     | +  +         | +      +     +     | +    +     +      +        +
POST /api/v1/auth/token/logout            +      +     | +  +         | +      +     +     | +    +     +      +        +
POST /api/v1/auth/token/refresh           +      +     | +  +         | +      +     +     | +    +     +      +        +
POST /api/v1/auth/token/verify            +      +     | +  +         | +      +     +     | +    +     +      +        +
POST /api/v1/auth/invitation              +      +     | +  +         | +      +     +     | +    +     +      +        +
POST /api/v1/auth/invitation/accept       +      +     | +  +         | +      +     +     | +    +     +      +        +

GET /api/v1/auth/me                       a      a     | +  +         | +      +     +     | +    s     s      s        s
PATCH /api/v1/auth/me                     a      a     | +  +         | +      +     +     | s    s     s      s        s
POST /api/v1/auth/password                a      a     | +  +         | +      +     +     | s    s     s      s        s
GET /api/v1/auth/sessions                 a      a     | +  +         | +      +     +     | +    s     s      s        s
DELETE /api/v1/auth/sessions/{id}         a      a     | +  +         | +      +     +     | s    s     s      s        s
POST /api/v1/auth/2fa/setup               a      a     | i  i         | +      +     +     | s    s     s      s        s
POST /api/v1/auth/2fa/confirm             a      a     | +  +         | +      +     +     | s    s     s      s        s
POST /api/v1/auth/2fa/verify              a      a     | e  e         | +      +     +     | s    s     s      s        s
POST /api/v1/auth/2fa/recovery-codes      a      a     | e  e         | +      +     +     | s    s     s      s        s
DELETE /api/v1/auth/2fa                   a      a     | e  e         | +      +     +     | s    s     s      s        s
GET /api/v1/auth/api-keys                 a      a     | e  e         | +      +     +     | s    s     s      s        s
POST /api/v1/auth/api-keys                a      a     | e  e         | +      +     +     | s    s     s      s        s
DELETE /api/v1/auth/api-keys/{id}         a      a     | +  +         | +      +     +     | s    s     s      s        s

GET /api/v1/users                         a      a     | e  e         | f      f     +     | s    s     s      s        +
POST /api/v1/users                        a      a     | e  e         | f      f     +     | s    s     s      s        s
GET /api/v1/users/{username}              a      a     | e  e         | f      f     +     | s    s     s      s        +
PATCH /api/v1/users/{username}            a      a     | e  e         | f      f     +     | s    s     s      s        s
DELETE /api/v1/users/{username}           a      a     | e  e         | f      f     +     | s    s     s      s        s
DELETE /api/v1/users/{username}/2fa       a      a     | e  e         | f      f     +     | s    s     s      s        s
POST /api/v1/users/{username}/invitation  a      a     | e  e         | f      f     +     | s    s     s      s        s
GET /api/v1/audit                         a      a     | e  e         | f      f     +     | s    s     s      s        +

GET /api/v1/platforms                     a      a     | +  e         | +      +     +     | +    s     s      s        s
POST /api/v1/platforms                    a      a     | +  e         | f      +     +     | s    +     s      s        s
GET /api/v1/platforms/{name}              a      a     | +  e         | +      +     +     | +    s     s      s        s
PATCH /api/v1/platforms/{name}            a      a     | +  e         | f      +     +     | s    +     s      s        s
PUT /api/v1/platforms/{name}              a      a     | +  e         | f      +     +     | s    +     s      s        s
DELETE /api/v1/platforms/{name}           a      a     | e  e         | f      f     +     | s    s     s      s        s

GET /api/v1/tickets                       a      a     | +  e         | +      +     +     | +    s     s      s        s
POST /api/v1/tickets                      a      a     | +  e         | f      +     +     | s    +     s      s        s
POST /api/v1/tickets/resolve              a      a     | +  e         | f      +     +     | s    +     s      s        s
GET /api/v1/tickets/{number}              a      a     | +  e         | +      +     +     | +    s     s      s        s
PATCH /api/v1/tickets/{number}            a      a     | +  e         | f      +     +     | s    +     s      s        s
PUT /api/v1/tickets/{number}              a      a     | +  e         | f      +     +     | s    +     s      s        s
DELETE /api/v1/tickets/{number}           a      a     | e  e         | f      +     +     | s    s     +      s        s
GET /api/v1/tickets/{number}/tokens       a      a     | +  e         | f      +     +     | s    +     s      s        s
POST /api/v1/tickets/{number}/tokens      a      a     | +  e         | f      +     +     | s    +     s      s        s
GET /api/v1/tickets/{number}/uploads      a      a     | +  e         | +      +     +     | +    s     s      s        s
GET /api/v1/tickets/{number}/timeline     a      a     | +  e         | +      +     +     | +    s     s      s        s
GET /api/v1/tokens/{id}                   a      a     | +  e         | f      +     +     | s    +     s      s        s
PATCH /api/v1/tokens/{id}                 a      a     | +  e         | f      +     +     | s    +     s      s        s
DELETE /api/v1/tokens/{id}                a      a     | +  e         | f      +     +     | s    +     s      s        s

GET /api/v1/archives                      a      a     | +  e         | +      +     +     | +    s     s      s        s
GET /api/v1/archives/{archive}            a      a     | +  e         | +      +     +     | +    s     s      s        s
DELETE /api/v1/archives/{archive}         a      a     | e  e         | f      +     +     | s    s     +      s        s
GET /api/v1/archives/{archive}/download   a      a     | e  e         | +      +     +     | s    s     s      +        s
HEAD /api/v1/archives/{archive}/download  a      a     | e  e         | +      +     +     | s    s     s      +        s
HEAD /archives/download/{ticket}/{name}   a      a     | e  e         | +      +     +     | s    s     s      +        s
GET /archives/download/{ticket}/{name}    a      a     | e  e         | +      +     +     | s    s     s      +        s
GET /download/archives/{ticket}/{name}    a      a     | e  e         | +      +     +     | s    s     s      +        s
HEAD /download/archives/{ticket}/{name}   a      a     | e  e         | +      +     +     | s    s     s      +        s
GET /api/v1/events                        a      a     | +  e         | +      +     +     | +    s     s      s        s
POST /api/v1/self-test                    a      a     | e  e         | f      f     +     | s    s     s      s        +
GET /api/v1/storage                       a      a     | +  e         | +      +     +     | +    s     s      s        s
GET /api/v1/storage/history               a      a     | +  e         | +      +     +     | +    s     s      s        s
GET /api/v1/check/storage                 a      a     | +  e         | +      +     +     | +    s     s      s        s

GET /api/v1/drains                        a      a     | +  e         | f      +     +     | +    s     s      s        s
GET /api/v1/drains/status                 a      a     | +  e         | f      +     +     | +    s     s      s        s
GET /api/v1/drains/tail                   a      a     | e  e         | f      +     +     | s    s     s      +        s
POST /api/v1/drains                       a      a     | e  e         | f      f     +     | s    s     s      s        +
GET /api/v1/drains/{id}                   a      a     | +  e         | f      +     +     | +    s     s      s        s
PATCH /api/v1/drains/{id}                 a      a     | e  e         | f      f     +     | s    s     s      s        +
DELETE /api/v1/drains/{id}                a      a     | e  e         | f      f     +     | s    s     s      s        +
POST /api/v1/drains/{id}/test             a      a     | e  e         | f      f     +     | s    s     s      s        +

POST /api/v1/tickets/{number}/captures    a      a     | e  e         | f      +     +     | s    +     s      s        s
GET /api/v1/captures                      a      a     | +  e         | +      +     +     | +    s     s      s        s
GET /api/v1/captures/{id}                 a      a     | +  e         | +      +     +     | +    s     s      s        s
POST /api/v1/captures/{id}/stop           a      a     | e  e         | f      +     +     | s    +     s      s        s
DELETE /api/v1/captures/{id}              a      a     | e  e         | f      +     +     | s    +     s      s        s
POST /api/v1/archives/{archive}/replays   a      a     | e  e         | f      +     +     | s    s     s      +        s
GET /api/v1/replays                       a      a     | +  e         | +      +     +     | +    s     s      s        s
GET /api/v1/replays/{id}                  a      a     | +  e         | +      +     +     | +    s     s      s        s
DELETE /api/v1/replays/{id}               a      a     | e  e         | f      +     +     | s    s     s      +        s

GET /api/v1/check/token                   t      +     | t  t         | t      t     t     | t    t     t      t        t
GET /api/v1/check/token/{token}           +      +     | +  +         | +      +     +     | +    +     +      +        +
POST /api/v1/archives                     t      +     | t  t         | t      t     t     | t    t     t      t        t
PUT /api/v1/archives                      t      +     | t  t         | t      t     t     | t    t     t      t        t
PUT /api/v1/archives/{archive}            t      +     | t  t         | t      t     t     | t    t     t      t        t
OPTIONS /api/v1/uploads                   +      +     | +  +         | +      +     +     | +    +     +      +        +
POST /api/v1/uploads                      t      +     | t  t         | t      t     t     | t    t     t      t        t
POST /api/v1/uploads/{id}                 t      +     | t  t         | t      t     t     | t    t     t      t        t
PATCH /api/v1/uploads/{id}                t      +     | t  t         | t      t     t     | t    t     t      t        t
HEAD /api/v1/uploads/{id}                 t      +     | t  t         | t      t     t     | t    t     t      t        t
GET /api/v1/uploads/{id}                  t      +     | t  t         | t      t     t     | t    t     t      t        t
DELETE /api/v1/uploads/{id}               t      +     | t  t         | t      t     t     | t    t     t      t        t
`;

/** The letters of each operation. */
export const ACCESS_MATRIX: ReadonlyMap<string, readonly string[]> = new Map(
  TABLE.split('\n')
    .map((line) => line.split(/[\s|]+/).filter((word) => word !== ''))
    .filter(([method]) => method !== undefined && /^[A-Z]+$/.test(method))
    .map(([method, path, ...letters]) => [`${method} ${path}`, letters]),
);

/** What the matrix says of an operation, by actor, under a policy. */
export function expectedOutcomes(operation: string, policy: Policy): Record<string, string> {
  const letters = ACCESS_MATRIX.get(operation) ?? [];
  if (letters.length !== COLUMNS.length) throw new Error(`The row of ${operation} has ${letters.length} columns.`);
  const byColumn = new Map(COLUMNS.map((column, index) => [column, letters[index] ?? '']));
  return Object.fromEntries(
    ACTORS.map((actor) => {
      const column = policy === 'always' && actor === 'not enrolled' ? 'not enrolled/always' : actor;
      return [actor, OUTCOMES[byColumn.get(column) ?? ''] ?? 'not in the legend'];
    }),
  );
}
