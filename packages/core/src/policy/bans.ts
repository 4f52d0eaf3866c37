import type { Assessment } from '../assessment/assessment.js';
import type { Clock } from '../clock.js';
import type { Ban } from '../coordination/ban.js';
import type { Coordination } from '../coordination/coordination.js';
import { ApiSecurityError } from '../errors.js';
import type { BanPolicy, Threshold } from './policy.js';

/** What a person says of a ban. */
export interface BanRequest {
  /** @defaultValue null, for apps without tenants */
  readonly tenant?: string | null;
  readonly clientKey: string;
  /** How long, in ms. */
  readonly forMs: number;
  readonly reason: string;
  /** Who bans. */
  readonly by: string;
}

/** Clients whose requests are rejected unread, in block mode: by the policy, or by an operator. Shared through the coordination. */
export class Bans {
  readonly #coordination: Coordination;
  readonly #policy: BanPolicy | null;
  readonly #clock: Clock;

  constructor(coordination: Coordination, policy: BanPolicy | null, clock: Clock) {
    this.#coordination = coordination;
    this.#policy = policy;
    this.#clock = clock;
  }

  /** The ban that holds for a client now; null for none. From memory. */
  of(tenant: string | null, clientKey: string): Ban | null {
    return this.#coordination.banOf(tenant, clientKey);
  }

  /** @throws `API_SECURITY_REQUEST_INVALID` when it names no client, no reason, nobody, or no time that ends */
  async ban({ tenant = null, clientKey, forMs, reason, by }: BanRequest): Promise<Ban> {
    if (![clientKey, reason, by].every((text) => typeof text === 'string' && text !== '') || !(forMs > 0)) {
      const message = 'A ban needs "clientKey", "reason" and "by", and "forMs" above 0.';
      throw new ApiSecurityError('API_SECURITY_REQUEST_INVALID', message);
    }
    const from = this.#clock.now();
    const ban: Ban = { tenant, clientKey, from, until: from + Math.min(forMs, MAX_BAN_MS), reason, by };
    await this.#coordination.ban(ban);
    return ban;
  }

  /** @returns the ban that was lifted; null when there was none */
  async unban(clientKey: string, tenant: string | null = null): Promise<Ban | null> {
    return this.#coordination.unban(tenant, clientKey);
  }

  /** Bans that hold now, newest first. @param tenant - all of them when absent */
  async list(tenant?: string | null): Promise<readonly Ban[]> {
    return this.#coordination.bans(tenant);
  }

  /** A request of this client was rejected for its level. Bans the client when the policy says that it is enough. */
  rejected(assessment: Assessment): Promise<Ban | null> {
    return this.#count('rejected requests', this.#policy?.rejections ?? null, assessment);
  }

  /** A log-in of this client failed. */
  loginFailed(assessment: Assessment): Promise<Ban | null> {
    return this.#count('failed log-ins', this.#policy?.failedLogins ?? null, assessment);
  }

  async #count(what: string, threshold: Threshold | null, { tenant, client }: Assessment): Promise<Ban | null> {
    if (this.#policy === null || threshold === null) return null;
    const { count, withinMs } = threshold;
    const key = JSON.stringify([what, tenant, client.key]);
    if ((await this.#coordination.count(key, withinMs)) < count || this.of(tenant, client.key) !== null) return null;
    const reason = `${count} ${what} within ${withinMs / 1000} s`;
    return this.ban({ tenant, clientKey: client.key, forMs: this.#policy.forMs, reason, by: 'policy' });
  }
}

/** A year: what is longer is a matter for a firewall. */
const MAX_BAN_MS = 365 * 24 * 3_600_000;
