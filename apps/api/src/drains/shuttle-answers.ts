import type { DrainTestView, DrainView } from './drains.dto.js';
import { drainErrors } from './drains.errors.js';

type Fields = Readonly<Record<string, unknown>>;

/** What the shuttle says of a drain. Throws where it is not what this server goes by. */
export function drainIn(body: unknown): DrainView {
  const { id, token, url, paused } = fieldsOf(body);
  const isDrain = [id, token, url].every((field) => typeof field === 'string') && typeof paused === 'boolean';
  if (isDrain) return body as DrainView;
  throw drainErrors.unreachable(new Error('The answer is no drain.'));
}

export function drainsIn(body: unknown): readonly DrainView[] {
  if (!Array.isArray(body)) throw drainErrors.unreachable(new Error('The answer is no list.'));
  return body.map(drainIn);
}

/** How a test went. */
export function testOutcomeIn(body: unknown): DrainTestView {
  const { delivered } = fieldsOf(body);
  if (typeof delivered === 'boolean') return body as DrainTestView;
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
