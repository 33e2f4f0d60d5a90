import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule, MetadataScanner } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessAudit, AccessGuard } from './access/access.js';
import { Gate } from './access/gate.js';
import { AuditModule } from './audit/audit.module.js';
import { CalendarModule } from './calendar/calendar.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { CommandPipeline } from './commands/command-pipeline.js';
import { ProblemFilter } from './http/problem-filter.js';
import { InFlightModule } from './in-flight/in-flight.module.js';
import { StandingClock } from './operations/clock.js';
import type { Configuration } from './operations/configuration.js';
import { Metrics } from './operations/metrics.js';
import { OperationsController } from './operations/operations.controller.js';
import { ReplicaStanding } from './operations/replica-standing.js';
import { TestClockController } from './operations/test-clock.controller.js';
import { PanelModule } from './panel/panel.module.js';
import { RegisterModule } from './register/register.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { SlotsModule } from './slots/slots.module.js';
import { UnplannedModule } from './unplanned/unplanned.module.js';

/** What every module may ask for. */
@Module({})
class CoreModule {
  static with(pipeline: CommandPipeline, gate: Gate): DynamicModule {
    return {
      module: CoreModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: CommandPipeline, useValue: pipeline },
        { provide: Gate, useValue: gate },
      ],
      exports: [CommandPipeline, Gate, CqrsModule],
    };
  }
}

/** The whole program, on a log that is open already. */
@Module({})
export class AppModule {
  static with(
    pipeline: CommandPipeline,
    gate: Gate,
    { metrics, standing: replica }: { readonly metrics: Metrics; readonly standing: ReplicaStanding },
    configuration: Configuration,
  ): DynamicModule {
    const { clock } = pipeline;
    const standing = clock instanceof StandingClock;
    return {
      module: AppModule,
      imports: [
        CoreModule.with(pipeline, gate),
        DiscoveryModule,
        CalendarModule,
        PanelModule,
        ChangesModule,
        SlotsModule,
        UnplannedModule,
        InFlightModule,
        RegisterModule,
        ReportsModule,
        AuditModule.with(configuration),
      ],
      controllers: [OperationsController, ...(standing ? [TestClockController] : [])],
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        MetadataScanner,
        { provide: Metrics, useValue: metrics },
        { provide: ReplicaStanding, useValue: replica },
        AccessAudit,
        ...(standing ? [{ provide: StandingClock, useValue: clock }] : []),
      ],
    };
  }
}
