import type { ModuleMetadata } from '@nestjs/common';
import type { CommandEndpoint } from './command-endpoint.js';
import type { QueryEndpoint } from './query-endpoint.js';

/** What a capability offers over HTTP, as the metadata of its module: one line per slice. */
export const capability = (
  commands: readonly CommandEndpoint[],
  queries: readonly QueryEndpoint[],
): Pick<ModuleMetadata, 'controllers' | 'providers'> => ({
  controllers: [...commands, ...queries].map(({ controller }) => controller),
  providers: [...commands, ...queries].map(({ handler }) => handler),
});
