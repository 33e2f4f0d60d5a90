import { commandEndpoint } from '../../commands/command-endpoint.js';
import { TreeHeads } from '../tree-heads.js';
import { signTreeHead } from './sign-tree-head.js';
import { added } from '../answers.js';

class SignTreeHeadBody {}

/** POST /commands/SignTreeHead */
export const signTreeHeadEndpoint = commandEndpoint({
  act: signTreeHead,
  adds: added.SignTreeHead,
  body: SignTreeHeadBody,
  roles: ['admin'],
  tag: 'Audit',
  summary: 'Sign a tree head over everything that is recorded now, without waiting for the interval',
  example: {},
  command: (_body, _caller, _people, services) => {
    const heads = services.get(TreeHeads, { strict: false });
    return {
      // Made anew whenever it is decided anew: another server may have recorded something a moment ago.
      get made() {
        return heads.make('request');
      },
    };
  },
});
