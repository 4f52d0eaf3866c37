import { uuidV7 } from './alert/uuid-v7.js';
import type { Clock } from './clock.js';
import type { AuditEntry, Store } from './store/store.js';

/** Who changes what. */
export interface AuditedChange extends Pick<AuditEntry, 'actor' | 'action' | 'subject'> {
  /** Whose the thing is; null for what is everybody's, and in apps without tenants. @defaultValue null */
  readonly tenant?: string | null;
  /** JSON; null where there was nothing. */
  readonly before: unknown;
  /** JSON; null where nothing is left. */
  readonly after: unknown;
  /** What they said about it. @defaultValue '' */
  readonly note?: string;
}

/** Writes to the audit log of a store. */
export class AuditLog {
  readonly #store: Pick<Store, 'audit'>;
  readonly #clock: Clock;
  readonly #nextId: () => string;

  constructor(store: Pick<Store, 'audit'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#nextId = uuidV7(clock);
  }

  /**
   * Writes down a change. Do so before it is made, and leave it when this rejects: then there is none that nobody can be asked about.
   *
   * @throws what the store rejects with
   */
  async record({
    actor,
    action,
    subject,
    tenant = null,
    before,
    after,
    note = '',
  }: AuditedChange): Promise<AuditEntry> {
    const detail = { before, after, ...(note !== '' && { note }) };
    const entry = { id: this.#nextId(), at: this.#clock.now(), tenant, actor, action, subject, detail };
    await this.#store.audit(entry);
    return entry;
  }
}
