import { Inject, Injectable } from '@nestjs/common';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal } from '../common/access/principal.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ProbeClient } from './probe-client.js';
import { ProbeTickets } from './probe-tickets.js';
import type { SelfTestView } from './self-test.dto.js';
import { selfTestErrors } from './self-test.errors.js';
import {
  CHECKS,
  judgeBodySize,
  judgeExpectContinue,
  judgeForwarded,
  judgeReachable,
  judgeRequestStreaming,
  judgeResponseStreaming,
  sizesToTry,
  unknown,
} from './self-test.rules.js';

/** Sends requests of its own through whatever stands in front, and tells what became of them on the way. */
@Injectable()
export class SelfTestService {
  constructor(
    private readonly access: AccessControl,
    private readonly tickets: ProbeTickets,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'PUBLIC_URL' | 'MAX_UPLOAD_BYTES'>,
  ) {}

  /** Takes about a second, ten at most where nobody answers. */
  async run(principal: Principal): Promise<SelfTestView> {
    this.access.require(principal, 'self-test.run');
    const publicUrl = this.settings.PUBLIC_URL;
    if (publicUrl === undefined) throw selfTestErrors.needsPublicUrl();
    const client = new ProbeClient(publicUrl, this.tickets.issue());
    const pieces = await client.sendInPieces();
    const reachable = judgeReachable(pieces);
    if (reachable.status !== 'ok') {
      return { public_url: publicUrl, checks: [reachable, ...CHECKS.slice(1).map(unknown)] };
    }
    const [sizes, received, asked] = await Promise.all([
      Promise.all(
        sizesToTry(this.settings.MAX_UPLOAD_BYTES).map(async (bytes) => ({
          bytes,
          outcome: await client.declare(bytes),
        })),
      ),
      client.receiveInPieces(),
      client.sendWhenAsked(),
    ]);
    return {
      public_url: publicUrl,
      checks: [
        reachable,
        judgeForwarded(pieces, publicUrl),
        judgeRequestStreaming(pieces),
        judgeBodySize(sizes),
        judgeResponseStreaming(received),
        judgeExpectContinue(asked),
      ],
    };
  }
}
