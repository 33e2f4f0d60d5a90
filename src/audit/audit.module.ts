import { Module, type DynamicModule } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { CommandPipeline } from '../commands/command-pipeline.js';
import { ProblemListener } from '../http/problem-filter.js';
import type { Configuration } from '../operations/configuration.js';
import { mayReplaceAuditKey, openAuditKeys } from './audit-key.js';
import { eventEndpoint } from './event-read.js';
import { eventsEndpoint } from './events-read.js';
import { ExportController } from './export/export.endpoint.js';
import { monthHistoryEndpoint, streamHistoryEndpoint } from './history-read.js';
import { auditKeysEndpoint, consistencyEndpoint, headEndpoint, inclusionEndpoint } from './proofs-read.js';
import { RefusalListener } from './refusals/refusal-listener.js';
import { signTreeHeadEndpoint } from './sign-tree-head/sign-tree-head.endpoint.js';
import { TreeHeadReaction } from './tree-head-reaction.js';
import { TreeHeads } from './tree-heads.js';

/** The history itself: reads the log, never a projection of another capability. */
@Module(
  capability(
    [signTreeHeadEndpoint],
    [
      eventsEndpoint,
      eventEndpoint,
      monthHistoryEndpoint,
      streamHistoryEndpoint,
      headEndpoint,
      auditKeysEndpoint,
      inclusionEndpoint,
      consistencyEndpoint,
    ],
  ),
)
export class AuditModule {
  /** @throws ConfigurationError where the audit key cannot be used */
  static with(configuration: Configuration): DynamicModule {
    const keys = openAuditKeys(configuration);
    return {
      module: AuditModule,
      controllers: [ExportController],
      providers: [
        {
          provide: TreeHeads,
          inject: [CommandPipeline],
          useFactory: (pipeline: CommandPipeline) =>
            new TreeHeads(pipeline, keys, configuration.treeHeadInterval, mayReplaceAuditKey(configuration)),
        },
        TreeHeadReaction,
        { provide: ProblemListener, useClass: RefusalListener },
      ],
      exports: [ProblemListener],
    };
  }
}
