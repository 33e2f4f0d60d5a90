import type { Fold } from '../event-store/state.js';
import type { ChallengeEvent } from './events.js';

/** What a challenge is about: a maintenance window or a change. */
export type ChallengeSubject = { readonly maintenanceId: string } | { readonly changeId: string };

/** A User's challenge of a classification, and the DCC's one answer to it. */
export interface Challenge {
  readonly challengeId: string;
  readonly subject: ChallengeSubject;
  readonly argument: string;
  readonly challengedAt: string;
  readonly answer: ChallengeAnswer;
}

/** Open, or how it was answered. Upheld: the DCC agrees that the class is wrong. */
export type ChallengeAnswer =
  | { readonly status: 'open' }
  | { readonly status: 'upheld' | 'rejected'; readonly rationale: string; readonly answeredAt: string };

/** One challenge, from its stream `challenge-<id>`; null before it is made. */
export const challengeFold: Fold<Challenge | null, ChallengeEvent> = {
  kind: 'challenge',
  initial: () => null,
  evolve: (state, event) => {
    switch (event.type) {
      case 'ClassificationChallenged':
        return { ...event.data, challengedAt: event.occurredAt, answer: { status: 'open' } };
      case 'ChallengeAnswered': {
        const { rationale, upheld } = event.data;
        return (
          state && {
            ...state,
            answer: { status: upheld ? 'upheld' : 'rejected', rationale, answeredAt: event.occurredAt },
          }
        );
      }
    }
  },
};
