import { ROLES } from '../../access/roles.js';
import { commandEndpoint } from '../../commands/command-endpoint.js';
import { ChoicesField, IdField, TextField } from '../../http/fields.js';
import { newApiKey } from '../api-key.js';
import { issueApiKey } from './issue-api-key.js';
import { added } from '../answers.js';

class IssueApiKeyBody {
  @TextField({ description: 'who it is for; kept encrypted', example: 'Planning tool', maximum: 200 })
  name!: string;

  @ChoicesField({ description: 'what it may do', of: ROLES, example: ['scheduler'] })
  roles!: string[];

  @IdField({
    description: 'the provider that it is bound to; with the role service-provider',
    optional: true,
    example: 'DSP',
  })
  serviceProvider?: string;
}

/** POST /commands/IssueApiKey */
export const issueApiKeyEndpoint = commandEndpoint({
  act: issueApiKey,
  adds: added.IssueApiKey,
  body: IssueApiKeyBody,
  roles: ['admin'],
  tag: 'Register',
  summary: 'Issue an API key; it is shown once, in this answer',
  example: { name: 'Planning tool', roles: ['scheduler'] },
  command: ({ name, roles, serviceProvider }, _caller, people) => ({
    ...newApiKey(),
    name: people.seal(people.newPerson(), name),
    roles,
    serviceProvider,
  }),
});
