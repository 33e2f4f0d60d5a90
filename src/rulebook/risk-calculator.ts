/** What the Change Risk Calculator asks about a change. */
export interface RiskFactors {
  /** Whether a core service is affected. */
  core: boolean;
  consumerAffecting: boolean;
  downtimeMinutes: number;
  complexity: 'high' | 'low';
}

/** Both readings of the calculator's formula. */
export interface RiskScore {
  /** Service value × consumer impact × complexity × downtime: 0 for everything that is not consumer affecting. */
  product: number;
  /** (Service value + consumer impact) × complexity × downtime: 2 to 350. A conjecture about what was meant. */
  additive: number;
  additiveIsConjecture: true;
}

/** Downtime over this many minutes weighs more; exactly this many is not over. */
const LONG_DOWNTIME_MINUTES = 10;

/**
 * The Change Risk Calculator used during the trial of MP092. Superseded and advisory: it never decides a class
 * (Section A does), it is reported beside it.
 */
export function riskScore({ core, consumerAffecting, downtimeMinutes, complexity }: RiskFactors): RiskScore {
  const service = core ? 4 : 1;
  const consumers = consumerAffecting ? 10 : 0;
  const weight = (complexity === 'high' ? 5 : 2) * (downtimeMinutes > LONG_DOWNTIME_MINUTES ? 5 : 1);
  return {
    product: service * consumers * weight,
    additive: (service + consumers) * weight,
    additiveIsConjecture: true,
  };
}
