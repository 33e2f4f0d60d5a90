import type { CommandAnswer, Outcome } from '../commands/command-pipeline.js';
import { firstRefused } from '../rulebook/finding.js';
import { badFields, notFound, Problem } from './problem.js';

/**
 * The one place where what became of a command is turned into HTTP: an answer, or the problem to throw. A refusal of
 * an intention is 422, a state conflict 409, a caller's mistake 400; a breach is no error at all.
 */
export function answerOrThrow(outcome: Outcome): CommandAnswer {
  switch (outcome.kind) {
    case 'answered':
      return outcome.answer;
    case 'refused': {
      const refused = outcome.findings.filter((finding) => finding.outcome === 'refused');
      throw new Problem(422, 'refused', refused.map((finding) => `${finding.rule}: ${finding.detail}`).join('; '), {
        rule: firstRefused(outcome.findings),
        findings: outcome.findings,
        suggestions: outcome.suggestions,
      });
    }
    case 'conflict':
      throw new Problem(409, outcome.code, outcome.detail, {
        ...(outcome.findings ? { findings: outcome.findings } : {}),
        ...(outcome.suggestions ? { suggestions: outcome.suggestions } : {}),
      });
    case 'missing':
      throw notFound(outcome.detail);
    case 'invalid':
      throw badFields(outcome.errors);
    case 'forbidden':
      throw new Problem(403, 'forbidden', outcome.detail);
    case 'precondition-failed':
      throw new Problem(
        412,
        'changed-meanwhile',
        'what the command acts on is not as the If-Match header says: read it again',
      );
    case 'idempotency-mismatch':
      throw new Problem(422, 'idempotency-mismatch', 'this Idempotency-Key was used for another command or body');
    case 'race-lost':
      throw new Problem(409, 'race-lost', 'others kept changing what this command depends on: try again');
  }
}
