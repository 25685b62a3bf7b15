import { errorCode } from '@logs-collector/runtime/error-code';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { staffActor } from '../audit/audit-actors.js';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../common/access/principal.js';
import { CodedError } from '../common/errors/coded-error.js';
import { decodeCursor, encodeCursor, MAX_EXACT_COUNT, type Page } from '../common/http/page.js';
import { destinationOf, receiverOf, tokenOf } from './drain.rules.js';
import { drainPath } from './drain-path.js';
import type { DrainInput, DrainPatch, DrainsQuery, DrainTestView, DrainView, ShuttleStatusView } from './drains.dto.js';
import { drainErrors } from './drains.errors.js';
import { drainIn, drainsIn, testOutcomeIn } from './shuttle-answers.js';
import { ShuttleClient } from './shuttle-client.js';

const STATUS_LIMIT_MS = 3_000;
/** The shuttle gives a test ten seconds. */
const TEST_LIMIT_MS = 15_000;

/**
 * The dashboard's side of drains: who may, and what is written into the trail. The drains themselves are the shuttle's. What
 * was changed there is written down afterwards, as no transaction can hold both.
 */
@Injectable()
export class DrainsService {
  constructor(
    private readonly access: AccessControl,
    private readonly shuttle: ShuttleClient,
    private readonly audit: AuditService,
  ) {}

  async list(principal: Principal, { limit, cursor, app_space, site }: DrainsQuery): Promise<Page<DrainView>> {
    this.access.require(principal, 'drain.read');
    const offset = cursor === undefined ? 0 : Math.max(0, Number(decodeCursor(cursor, false).key));
    const query = new URLSearchParams({ limit: String(limit), offset: String(offset) });
    if (app_space !== undefined) query.set('app_space', app_space);
    if (site !== undefined) query.set('site', site);
    const { body, headers } = await this.shuttle.ask({ method: 'GET', path: `/drains?${query}` });
    const items = drainsIn(body);
    const next = offset + items.length;
    const told = Number(headers.get('x-total-count') ?? Number.NaN);
    const count = Number.isSafeInteger(told) ? told : next;
    return {
      items,
      ...(items.length > 0 && next < count ? { nextCursor: encodeCursor({ key: next, id: '' }) } : {}),
      total: { count: Math.min(count, MAX_EXACT_COUNT), isExact: count <= MAX_EXACT_COUNT },
    };
  }

  async read(principal: Principal, id: string): Promise<DrainView> {
    this.access.require(principal, 'drain.read');
    return this.drain(id);
  }

  async status(principal: Principal): Promise<ShuttleStatusView> {
    this.access.require(principal, 'drain.read');
    if (!this.shuttle.isConfigured) return { state: 'not_configured', detail: drainErrors.notConfigured().detail };
    try {
      const { body } = await this.shuttle.ask({ method: 'GET', path: '/drains?limit=1', limitMs: STATUS_LIMIT_MS });
      drainsIn(body);
      return { state: 'ready', detail: null };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const isKeyRefused = error.kind.code === drainErrors.keyRefused().kind.code;
      return { state: isKeyRefused ? 'key_refused' : 'unreachable', detail: error.detail };
    }
  }

  async create(principal: Principal, input: DrainInput): Promise<DrainView> {
    const staff = this.access.require(principal, 'drain.manage');
    const { url, tls } = input;
    const destination = destinationOf(input);
    const change = { action: 'drain.created', target: { name: tokenOf(destination) }, facts: tlsFacts(tls) };
    const asking = this.asked('POST', '/drains', { ...destination, url, tls });
    return this.inTrail(staff, change, asking);
  }

  async edit(principal: Principal, id: string, { paused, tls }: DrainPatch): Promise<DrainView> {
    const staff = this.access.require(principal, 'drain.manage');
    const facts = { ...(paused === undefined ? {} : { paused }), ...tlsFacts(tls) };
    const asking = this.asked('PATCH', drainPath(id), { paused, tls });
    return this.inTrail(staff, { action: 'drain.changed', target: { id }, facts }, asking);
  }

  async delete(principal: Principal, id: string): Promise<void> {
    const staff = this.access.require(principal, 'drain.manage');
    await this.inTrail(staff, { action: 'drain.deleted', target: { id } }, this.asked('DELETE', drainPath(id)));
  }

  async test(principal: Principal, id: string): Promise<DrainTestView> {
    const staff = this.access.require(principal, 'drain.manage');
    const drain = await this.drain(id);
    const { body } = await this.shuttle.ask({
      method: 'POST',
      path: `${drainPath(id)}/test`,
      limitMs: TEST_LIMIT_MS,
    });
    const outcome = testOutcomeIn(body);
    const { id: drainId, token: name } = drain;
    const facts = { delivered: outcome.delivered };
    await this.record(staff, { action: 'drain.tested', target: { id: drainId, name }, facts });
    return outcome;
  }

  private drain(id: string): Promise<DrainView> {
    return this.asked('GET', drainPath(id));
  }

  private async asked(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<DrainView> {
    const answer = await this.shuttle.ask({ method, path, body });
    return drainIn(answer.body);
  }

  /** What may be done although nobody has heard so is in the trail too, and says it. */
  private async inTrail(staff: StaffPrincipal, change: Change, asking: Promise<DrainView>): Promise<DrainView> {
    let drain: DrainView;
    try {
      drain = await asking;
    } catch (error) {
      if (mayBeDone(error)) await this.record(staff, { ...change, facts: { ...change.facts, outcome: 'unknown' } });
      throw error;
    }
    const { id, token: name, url } = drain;
    const receiver = change.action === 'drain.changed' ? {} : { receiver: receiverOf(url) };
    await this.record(staff, { ...change, target: { id, name }, facts: { ...receiver, ...change.facts } });
    return drain;
  }

  private record(staff: StaffPrincipal, { action, target, facts }: Change): Promise<void> {
    return this.audit.record({
      action,
      actor: staffActor(staff),
      target: { kind: 'drain', ...target },
      details: facts,
    });
  }
}

/** One entry of the trail. */
interface Change {
  readonly action: string;
  readonly target: { readonly id?: string; readonly name?: string };
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Errors of connections that never stood. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Whether the shuttle may have done what it was asked for: it was sent, and not refused. */
function mayBeDone(error: unknown): boolean {
  if (!(error instanceof CodedError) || error.kind.code !== drainErrors.unreachable(undefined).kind.code) return false;
  // As `fetch` fails, the system's error is the cause of its own.
  const failure = error.cause as { readonly cause?: unknown } | undefined;
  const code = errorCode(failure?.cause);
  return code === undefined || !NOT_SENT.includes(code);
}

/** What was changed about the certificates, and nothing of them. */
function tlsFacts(tls: DrainInput['tls'] | null): Readonly<Record<string, unknown>> {
  if (tls === undefined) return {};
  return {
    ca: tls?.ca_pem !== undefined,
    client_certificate: tls?.certificate_pem !== undefined,
  };
}
