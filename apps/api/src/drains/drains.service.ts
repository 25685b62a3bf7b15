import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { staffActor } from '../audit/audit-actors.js';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../common/access/principal.js';
import { CodedError } from '../common/errors/coded-error.js';
import { decodeCursor, encodeCursor, MAX_EXACT_COUNT, type Page } from '../common/http/page.js';
import { destinationOf, receiverOf } from './drain.rules.js';
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
    const drain = await this.asked('POST', '/drains', { ...destinationOf(input), url, tls });
    await this.record(staff, 'drain.created', drain, { receiver: receiverOf(drain.url), ...tlsFacts(tls) });
    return drain;
  }

  async edit(principal: Principal, id: string, { paused, tls }: DrainPatch): Promise<DrainView> {
    const staff = this.access.require(principal, 'drain.manage');
    const drain = await this.asked('PATCH', drainPath(id), { paused, tls });
    await this.record(staff, 'drain.changed', drain, { ...(paused === undefined ? {} : { paused }), ...tlsFacts(tls) });
    return drain;
  }

  async delete(principal: Principal, id: string): Promise<void> {
    const staff = this.access.require(principal, 'drain.manage');
    const drain = await this.asked('DELETE', drainPath(id));
    await this.record(staff, 'drain.deleted', drain, { receiver: receiverOf(drain.url) });
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
    await this.record(staff, 'drain.tested', drain, { delivered: outcome.delivered });
    return outcome;
  }

  private drain(id: string): Promise<DrainView> {
    return this.asked('GET', drainPath(id));
  }

  private async asked(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<DrainView> {
    const answer = await this.shuttle.ask({ method, path, body });
    return drainIn(answer.body);
  }

  private record(
    staff: StaffPrincipal,
    action: string,
    { id, token }: DrainView,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    return this.audit.record({
      action,
      actor: staffActor(staff),
      target: { kind: 'drain', id, name: token },
      details,
    });
  }
}

/** What was changed about the certificates, and nothing of them. */
function tlsFacts(tls: DrainInput['tls'] | null): Readonly<Record<string, unknown>> {
  if (tls === undefined) return {};
  return {
    ca: tls?.ca_pem !== undefined,
    client_certificate: tls?.certificate_pem !== undefined,
  };
}
