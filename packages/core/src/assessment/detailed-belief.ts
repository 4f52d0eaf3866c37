import type { NamedFeature } from '../flow/named-feature.js';
import type { Belief } from './assess.js';
import type { Assessment } from './assessment.js';

/** What a belief says at length. It costs more than all the rest, and few look at it. */
export type Details = Pick<Assessment, 'request' | 'features' | 'signals'>;

/**
 * A belief whose details are worked out when somebody looks at them.
 *
 * To whoever reads, copies or writes it as JSON it is plain data: the details are properties of its own. Their getters are the same
 * for all, because V8 keeps an object with getters of its own as a hash table, which takes five times the memory and time.
 */
export class DetailedBelief implements Belief {
  readonly #details: Details;
  readonly id: string;
  readonly at: number;
  readonly subject: Belief['subject'];
  readonly mode: Belief['mode'];
  readonly tenant: string | null;
  readonly client: Belief['client'];
  declare readonly request: Belief['request'];
  readonly score: number;
  readonly level: Belief['level'];
  readonly scores: Belief['scores'];
  readonly category: Belief['category'];
  readonly categories: Belief['categories'];
  readonly evidence: Belief['evidence'];
  declare readonly features: readonly NamedFeature[];
  declare readonly signals: readonly NamedFeature[];
  readonly unusual: readonly string[];
  readonly recommendation: string;
  readonly inspectedBytes: number;
  readonly binaryBytes: number;
  readonly truncated: readonly string[];
  readonly unparsed: readonly string[];
  readonly degraded: readonly string[];
  readonly durationMs: number;

  constructor(brief: Omit<Belief, keyof Details>, details: Details) {
    this.#details = details;
    this.id = brief.id;
    this.at = brief.at;
    this.subject = brief.subject;
    this.mode = brief.mode;
    this.tenant = brief.tenant;
    this.client = brief.client;
    Object.defineProperty(this, 'request', DetailedBelief.#request);
    this.score = brief.score;
    this.level = brief.level;
    this.scores = brief.scores;
    this.category = brief.category;
    this.categories = brief.categories;
    this.evidence = brief.evidence;
    Object.defineProperty(this, 'features', DetailedBelief.#features);
    Object.defineProperty(this, 'signals', DetailedBelief.#signals);
    this.unusual = brief.unusual;
    this.recommendation = brief.recommendation;
    this.inspectedBytes = brief.inspectedBytes;
    this.binaryBytes = brief.binaryBytes;
    this.truncated = brief.truncated;
    this.unparsed = brief.unparsed;
    this.degraded = brief.degraded;
    this.durationMs = brief.durationMs;
  }

  /** The details of a belief, not worked out by asking for them. */
  static detailsOf(belief: Belief): Details {
    return belief instanceof DetailedBelief ? belief.#details : belief;
  }

  static readonly #request: PropertyDescriptor = detail((belief) => belief.#details.request);
  static readonly #features: PropertyDescriptor = detail((belief) => belief.#details.features);
  static readonly #signals: PropertyDescriptor = detail((belief) => belief.#details.signals);
}

function detail(look: (belief: DetailedBelief) => unknown): PropertyDescriptor {
  return {
    enumerable: true,
    configurable: true,
    get(this: DetailedBelief) {
      return look(this);
    },
  };
}
