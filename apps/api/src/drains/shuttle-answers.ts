import { DRAIN_KINDS, DRAIN_STATUSES, type DrainTestView, type DrainView } from './drains.dto.js';
import { drainErrors } from './drains.errors.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isNumber: Check = (value) => typeof value === 'number';
const isCount: Check = (value) => typeof value === 'number' && value >= 0;
const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isOneOf =
  (names: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && names.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const shapedAs =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) => {
    const fields = fieldsOf(value);
    return Object.entries(shape).every(([name, check]) => check(fields[name]));
  };

/** Whoever shows a drain goes by all of it. */
const isDrain = shapedAs({
  ...{ id: isText, kind: isOneOf(DRAIN_KINDS), token: isText, url: isText, paused: isFlag },
  ...{ app: orNull(isText), space: orNull(isText), site: orNull(isText), created_at: isTime, updated_at: isTime },
  tls: shapedAs({ ca: isFlag, client_certificate: isFlag }),
  state: shapedAs({
    ...{ status: isOneOf(DRAIN_STATUSES), last_error: orNull(isText) },
    ...{ last_error_at: orNull(isTime), retry_at: orNull(isTime) },
    ...{ sent: isCount, dropped: isCount, buffered_records: isCount, buffered_bytes: isCount },
    ...{ lines_per_second: isNumber, instances: isCount },
  }),
});
const isTestOutcome = shapedAs({ delivered: isFlag, duration_ms: isCount, error: orNull(isText) });

/** What the shuttle says of a drain. Throws where it is not what this server goes by. */
export function drainIn(body: unknown): DrainView {
  if (isDrain(body)) return body as DrainView;
  throw drainErrors.unreachable(new Error('The answer is no drain.'));
}

export function drainsIn(body: unknown): readonly DrainView[] {
  if (!Array.isArray(body)) throw drainErrors.unreachable(new Error('The answer is no list.'));
  return body.map(drainIn);
}

/** How a test went. */
export function testOutcomeIn(body: unknown): DrainTestView {
  if (isTestOutcome(body)) return body as DrainTestView;
  throw drainErrors.unreachable(new Error('The answer does not say how the test went.'));
}

/** How many of the records that it was sent the drain has given up. */
export function droppedIn(body: unknown): number {
  const { dropped } = fieldsOf(body);
  if (typeof dropped === 'number' && Number.isSafeInteger(dropped) && dropped >= 0) return dropped;
  throw drainErrors.unreachable(new Error('The answer does not say what became of the records.'));
}

function fieldsOf(body: unknown): Fields {
  return typeof body === 'object' && body !== null ? (body as Fields) : {};
}
