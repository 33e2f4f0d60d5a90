import { canonical } from '../../event-store/record.js';

/**
 * The file that an export is: a header, a line for each record in log order, and a closing line; each line ends with LF.
 * The specification is docs/reference/export-format.md: whoever changes one changes the other, and the version.
 */

export const EXPORT_FORMAT = 'maintenance-calendar-export';
export const EXPORT_VERSION = 1;

/** What stands around the parts of a record's line. */
export const BEFORE_HASH = '{"hash":"';
export const BEFORE_RECORD = '","record":';
export const AFTER_RECORD = '}';
/** How a closing line begins. No record's line does. */
export const CLOSING_BEGINS = '{"newestHash":';

/** What the closing line says of the lines before it. */
export interface Closing {
  /** Hash of the last record; null where there is none. */
  readonly newestHash: string | null;
  readonly records: number;
  /** SHA-256 of all bytes before the closing line, hex. */
  readonly sha256: string;
  /** Which versions of which event types there are: each type's versions in ascending order. */
  readonly types: Readonly<Record<string, readonly number[]>>;
}

/** The first line, without LF. It says nothing that differs from one export of the same records to another. */
export const headerLine = (records: number): string =>
  canonical({ format: EXPORT_FORMAT, records, version: EXPORT_VERSION });

/** The line of a record, without LF: its hash, and the text as it was hashed. */
export const recordLine = (hash: string, body: string): string =>
  `${BEFORE_HASH}${hash}${BEFORE_RECORD}${body}${AFTER_RECORD}`;

/** The last line, without LF. */
export const closingLine = ({ newestHash, records, sha256, types }: Closing): string =>
  canonical({ newestHash, records, sha256, types });

/** Counts the versions of the types of records, for the closing line. */
export class TypesSeen {
  readonly #versions = new Map<string, Set<number>>();

  see(type: string, version: number): void {
    const known = this.#versions.get(type);
    if (known) known.add(version);
    else this.#versions.set(type, new Set([version]));
  }

  /** In the form of the closing line. */
  all(): Closing['types'] {
    return Object.fromEntries(
      [...this.#versions].map(([type, versions]) => [type, [...versions].sort((a, b) => a - b)]),
    );
  }
}
