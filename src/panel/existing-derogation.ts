import type { Context } from '../commands/act.js';
import { etagOf } from '../commands/etag.js';
import type { Reading } from '../commands/reading.js';
import { derogationFold, type GrantedDerogation } from './derogation.js';
import { derogationAnswer } from './views.js';

/** What a command about a derogation reads: it, and how it reads with its history, for its entity tag. */
export interface DerogationState {
  readonly derogation: GrantedDerogation | null;
  readonly read: object | undefined;
}

/** How a command about a derogation reads and tags what it acts on. */
export const existingDerogation = {
  load: ({ derogationId }: { readonly derogationId: string }, reading: Reading, { now }: Context): DerogationState => ({
    derogation: reading.state(derogationFold, derogationId),
    read: derogationAnswer(reading, derogationId, now),
  }),
  etag: ({ read }: DerogationState): string | undefined => read && etagOf(read),
};
