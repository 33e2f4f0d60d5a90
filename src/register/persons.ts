import type { Reading } from '../commands/reading.js';
import type { PersonKeys, SealedText } from '../event-store/personal-data.js';
import { apiKeyFold } from './api-key.js';
import { partyFold } from './party.js';

/** Text that was sealed; null once its person is erased. */
export const openedBy =
  (keys: PersonKeys) =>
  (sealed: SealedText): string | null =>
    keys.open(sealed) ?? null;

/** A person who was found, and what as. */
export interface FoundPerson {
  readonly person: string;
  /** Names and addresses in which the text was found. */
  readonly found: readonly string[];
  /** `party acme-energy`, `key 35eeb353a69b`, `imported schedule`. */
  readonly as: string;
}

/** The persons of whom a name or an address has this text in it, small letters and capitals alike. */
export function personsNamed(reading: Reading, keys: PersonKeys, text: string): FoundPerson[] {
  const wanted = plain(text);
  const open = openedBy(keys);
  const among = (as: string, sealed: readonly SealedText[]): FoundPerson[] => {
    const found = sealed.map(open).filter((one) => one !== null && plain(one).includes(wanted)) as string[];
    return found.length === 0 ? [] : [{ person: sealed[0]?.person ?? '', found, as }];
  };
  const parties = reading.all(partyFold).flatMap((party) => {
    if (!party) return [];
    const { partyId, name, emails, webhookUrl } = party;
    return among(`party ${partyId}`, [name, ...emails, ...(webhookUrl ? [webhookUrl] : [])]);
  });
  const holders = reading.all(apiKeyFold).flatMap((key) => (key ? among(`key ${key.keyId}`, [key.name]) : []));
  // Of those whom a schedule named only a keyed digest of the whole name is kept.
  const imported = keys.named(text);
  return [
    ...parties,
    ...holders,
    ...(imported === undefined ? [] : [{ person: imported, found: [text], as: 'imported schedule' }]),
  ];
}

const plain = (text: string): string => text.normalize('NFC').trim().toLowerCase();
