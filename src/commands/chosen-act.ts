import type { Act, Context } from './act.js';
import type { Decision } from './decision.js';
import type { Reading } from './reading.js';

/** An act with the command that it is to decide, whatever the types of the two. */
export interface BoundAct {
  load(reading: Reading, context: Context): LoadedAct;
}

/** A bound act that has read what its decision needs. */
export interface LoadedAct {
  decide(): Decision;
  etag(): string | undefined;
}

/** Binds an act to its command. */
export const bound = <Command, State>(act: Act<Command, State>, command: Command): BoundAct => ({
  load: (reading, context) => {
    const state = act.load(command, reading, context);
    return {
      decide: () => act.decide(state, command, context),
      etag: () => act.etag?.(state, command, context),
    };
  },
});

/**
 * One command name that means several acts: the command, already bound to the act that it means, is loaded, tagged and
 * decided as that act. For a name that two capabilities share, so that neither has to know the other.
 */
export const chosenAct = (name: string): Act<BoundAct, LoadedAct> => ({
  name,
  load: (chosen, reading, context) => chosen.load(reading, context),
  decide: (loaded) => loaded.decide(),
  etag: (loaded) => loaded.etag(),
});
