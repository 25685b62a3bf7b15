import { KeyRing } from '@logs-collector/runtime/key-ring';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { AccessControl } from './access/access-control.js';
import { Clock } from './clock.js';
import { Deletions } from './deletions.js';
import { EventSink } from './events/event-sink.js';
import { RequestsUnderWay } from './http/draining.js';
import { HttpMetrics } from './http/http-metrics.js';
import { PublicUrl } from './http/public-url.js';
import { RouteTable } from './http/route-table.js';
import { Ids } from './ids.js';
import { Metrics } from './metrics/metrics.js';
import { ShutdownSignal } from './shutdown-signal.js';
import { WorkerGroup } from './worker-group.js';

/** What every feature may inject: the settings, the time, identifiers, the access check. */
@Global()
@Module({})
export class CommonModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: CommonModule,
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: KeyRing, useValue: new KeyRing(settings.SECRET_KEY, settings.SECRET_KEY_PREVIOUS) },
        Clock,
        Ids,
        AccessControl,
        Deletions,
        EventSink,
        Metrics,
        HttpMetrics,
        PublicUrl,
        ShutdownSignal,
        RequestsUnderWay,
        RouteTable,
        WorkerGroup,
      ],
      exports: [
        ...[SETTINGS, KeyRing, Clock, Ids, AccessControl, Deletions, EventSink, Metrics, HttpMetrics],
        ...[PublicUrl, ShutdownSignal, RequestsUnderWay, RouteTable, WorkerGroup],
      ],
    };
  }
}
