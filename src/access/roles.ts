/** Who there is; what each may do is said in docs/how-to/keys.md, and for each route in docs/reference/roles.generated.md. */
export const ROLES = [
  'admin',
  'scheduler',
  'change-manager',
  'service-provider',
  'panel',
  'party',
  'reporting',
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];

/** The schedule, the forward schedule of change and notices: for everybody who has a key. */
export const EVERY_ROLE: readonly Role[] = ROLES;
/** Reports and the Panel's business: the DCC, the Panel, dashboards and auditors. */
export const REPORT_READERS: readonly Role[] = ['scheduler', 'change-manager', 'panel', 'reporting', 'auditor'];
/** The register of parties. */
export const REGISTER_READERS: readonly Role[] = ['admin', 'scheduler', 'reporting', 'auditor'];
/** Those who may see the parties' contact addresses. */
export const CONTACT_READERS: readonly Role[] = ['admin', 'scheduler', 'auditor'];
/** Ids of persons, by which they can be erased. */
export const PERSON_READERS: readonly Role[] = ['admin', 'auditor'];
/** How the server does. */
export const METRICS_READERS: readonly Role[] = ['reporting', 'admin', 'auditor'];
/** The event history. */
export const HISTORY_READERS: readonly Role[] = ['auditor'];

/** A caller whose credentials were good. */
export interface Caller {
  /** Opaque id, as it stands on the log. */
  readonly id: string;
  readonly roles: readonly Role[];
  /** The provider that the credentials are bound to. */
  readonly serviceProvider?: string | undefined;
}
