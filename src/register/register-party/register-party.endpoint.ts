import { commandEndpoint } from '../../commands/command-endpoint.js';
import { ChoiceField, FlagField, IdField, PatternField, PatternsField, TextField } from '../../http/fields.js';
import { PARTY_CATEGORIES } from '../party.js';
import { registerParty } from './register-party.js';
import { added } from '../answers.js';

class RegisterPartyBody {
  @IdField({ description: 'its id', example: 'acme-energy' })
  partyId!: string;

  @TextField({ description: 'its name; kept encrypted', example: 'Acme Energy', maximum: 200 })
  name!: string;

  @ChoiceField({ description: 'what it is under the Code', of: PARTY_CATEGORIES })
  category!: string;

  @PatternsField({
    description: 'where it is told; kept encrypted',
    pattern: /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;]+$/,
    what: 'e-mail addresses',
    example: ['planning@acme-energy.example'],
  })
  emails!: string[];

  @PatternField({
    description: 'where notices are posted; kept encrypted',
    pattern: /^https?:\/\/\S+$/,
    what: 'an http or https address',
    optional: true,
  })
  webhookUrl?: string;

  @FlagField({ description: 'always told; cannot opt out', optional: true })
  mandatory?: boolean;
}

/** POST /commands/RegisterParty */
export const registerPartyEndpoint = commandEndpoint({
  act: registerParty,
  adds: added.RegisterParty,
  body: RegisterPartyBody,
  roles: ['admin'],
  tag: 'Register',
  summary: 'Register an organisation that is told of maintenance',
  example: {
    partyId: 'acme-energy',
    name: 'Acme Energy',
    category: 'large-supplier',
    emails: ['planning@acme-energy.example'],
  },
  command: ({ partyId, name, category, emails, webhookUrl, mandatory }, _caller, people) => {
    const person = people.newPerson();
    return {
      partyId,
      name: people.seal(person, name),
      category,
      emails: emails.map((email) => people.seal(person, email)),
      webhookUrl: webhookUrl === undefined ? undefined : people.seal(person, webhookUrl),
      mandatory: mandatory ?? false,
    };
  },
});
