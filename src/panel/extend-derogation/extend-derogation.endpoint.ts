import { commandEndpoint } from '../../commands/command-endpoint.js';
import { DateField, IdField } from '../../http/fields.js';
import { extendDerogation } from './extend-derogation.js';
import { added } from '../answers.js';

class ExtendDerogationBody {
  @IdField({ description: 'the derogation', example: 'D-2027-002' })
  derogationId!: string;

  @DateField({ description: 'its new last date; null: enduring', nullable: true, example: '2027-09-30' })
  to!: string | null;
}

/** POST /commands/ExtendDerogation */
export const extendDerogationEndpoint = commandEndpoint({
  act: extendDerogation,
  adds: added.ExtendDerogation,
  body: ExtendDerogationBody,
  roles: ['panel'],
  tag: 'Panel',
  summary: 'Extend a derogation, or make it enduring',
  example: { derogationId: 'D-2027-002', to: null },
  command: ({ derogationId, to }) => ({ derogationId, to }),
});
