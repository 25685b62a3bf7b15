import { Module } from '@nestjs/common';
import { ProbeController } from './probe.controller.js';
import { ProbeTickets } from './probe-tickets.js';
import { SelfTestController } from './self-test.controller.js';
import { SelfTestService } from './self-test.service.js';

/** What stands between people and this server, found out from outside: a proxy that buffers, caps or forgets. */
@Module({ controllers: [SelfTestController, ProbeController], providers: [SelfTestService, ProbeTickets] })
export class SelfTestModule {}
