import type { Act } from '../../commands/act.js';
import { accept, conflict, missing } from '../../commands/decision.js';
import { PersonErased } from '../events.js';
import { personFold } from '../person.js';

/** A person to be forgotten. */
export interface ErasePerson {
  /** The opaque id: `person-…`. */
  readonly person: string;
  /** There is a key of theirs, as far as this server knows. */
  readonly known: boolean;
}

/**
 * Erases a person: the key under which their name and addresses are sealed is deleted once this is recorded. Nothing on
 * the log changes, so every hash, head, backup and export stays valid.
 */
export const erasePerson: Act<ErasePerson, { readonly erased: boolean }> = {
  name: 'ErasePerson',
  load: ({ person }, reading) => reading.state(personFold, person.slice(`${personFold.kind}-`.length)),
  decide: ({ erased }, { person, known }) => {
    if (erased) return conflict('already-erased', `${person} has been erased already`);
    if (!known) return missing(`there is no person ${person}`);
    return accept([{ stream: person, fact: PersonErased.of({ person }) }], { person });
  },
};
