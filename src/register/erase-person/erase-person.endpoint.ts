import { commandEndpoint } from '../../commands/command-endpoint.js';
import { CommandPipeline } from '../../commands/command-pipeline.js';
import { PatternField } from '../../http/fields.js';
import { erasePerson } from './erase-person.js';
import { added } from '../answers.js';

class ErasePersonBody {
  @PatternField({
    description: 'the id of the person, as GET /persons, /parties and /api-keys show it',
    pattern: /^person-[0-9a-f]{24}$/,
    what: 'the id of a person: person-… with 24 hex digits',
    example: 'person-0479612a3fecb8092d643105',
  })
  person!: string;
}

/** POST /commands/ErasePerson */
export const erasePersonEndpoint = commandEndpoint({
  act: erasePerson,
  adds: added.ErasePerson,
  body: ErasePersonBody,
  roles: ['admin'],
  tag: 'Register',
  summary: 'Erase a person: delete the key under which their name and addresses are sealed, for good',
  example: { person: 'person-0479612a3fecb8092d643105' },
  command: ({ person }, _caller, _people, services) => {
    const { keys } = services.get(CommandPipeline, { strict: false });
    return {
      person,
      // Asked anew whenever it is decided anew: another server may have named the person a moment ago.
      get known() {
        return keys.has(person);
      },
    };
  },
});
