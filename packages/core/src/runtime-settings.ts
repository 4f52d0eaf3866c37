import { uuidV7 } from './alert/uuid-v7.js';
import type { Mode } from './assessment/assessment.js';
import type { Thresholds } from './assessment/level.js';
import type { Coordination } from './coordination/coordination.js';
import { ApiSecurityError } from './errors.js';
import { check, group, isText, oneOf, optional } from './option-checks.js';
import type { ResolvedOptions } from './options.js';
import type { StoredExemption } from './policy/exemptions.js';
import { checkExemption, EXEMPTION, resolveThresholds } from './resolve-route-options.js';
import {
  areApart,
  bodyOf,
  type ExemptionRequest,
  type Settings,
  type SettingsChange,
  settingsOf,
  UNCHANGED,
} from './settings.js';
import type { Store } from './store/store.js';
import { systemTimers, type Timers } from './timers.js';

/** What settings work with. */
export interface RuntimeSettingsParts {
  readonly store: Pick<Store, 'settings' | 'saveSettings'>;
  readonly coordination: Pick<Coordination, 'publish' | 'subscribe'>;
  /** Is told of the mode that is to hold from now on. */
  readonly onMode: (mode: Mode) => void;
  readonly onChange: (settings: Settings) => void;
  /** Is told of a store that is away, and of what cannot be read. What is known holds on. */
  readonly onProblem: (error: unknown) => void;
  /** @defaultValue the event loop's */
  readonly timers?: Timers;
}

/** How often an instance looks for changes that it was not told of, in ms. */
const LOOK_MS = 30_000;
/** Others change something at the same time. Each time one of them gets through. */
const MAX_ATTEMPTS = 8;
/** People made each of them by hand: more are a mistake, and every request of their routes would pay for it. */
const MAX_EXEMPTIONS = 1_000;

const NONE: readonly StoredExemption[] = [];

/** Mode, thresholds and exemptions that people change at run time: kept in the store, the same on every instance. */
export class RuntimeSettings {
  readonly #options: Pick<ResolvedOptions, 'mode' | 'thresholds' | 'clock'>;
  readonly #parts: RuntimeSettingsParts;
  readonly #timers: Timers;
  readonly #nextId: () => string;
  readonly #silence: () => void;
  #current: Settings = UNCHANGED;
  #byRoute: ReadonlyMap<string, readonly StoredExemption[]> = new Map();
  /** The newest of the things that are done one after the other: an older state must not come in over a newer one. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A look that has not begun yet. */
  #awaited: Promise<void> | null = null;
  /** Null while nobody looks for changes. */
  #cancel: (() => void) | null = null;
  #isClosed = false;

  constructor(options: Pick<ResolvedOptions, 'mode' | 'thresholds' | 'clock'>, parts: RuntimeSettingsParts) {
    this.#options = options;
    this.#parts = parts;
    this.#timers = parts.timers ?? systemTimers;
    this.#nextId = uuidV7(options.clock);
    this.#silence = parts.coordination.subscribe(({ event }) => {
      if (event === 'settings' && this.#cancel !== null) void this.look();
    });
  }

  /** What people have changed, as far as this instance knows. */
  get current(): Settings {
    return this.#current;
  }

  /** Those that hold now. */
  get thresholds(): Thresholds {
    return this.#current.thresholds ?? this.#options.thresholds;
  }

  get hasExemptions(): boolean {
    return this.#byRoute.size > 0;
  }

  /** Of all tenants, and expired ones too. @param route - method and shape, as assessments show them */
  exemptionsOf(route: string): readonly StoredExemption[] {
    return this.#byRoute.get(route) ?? NONE;
  }

  /**
   * Changes the mode or the thresholds, on every instance. A mode that is named holds here at once, whatever was assigned meanwhile.
   *
   * @param by - who changes it
   * @throws `API_SECURITY_OPTION_UNKNOWN` or `API_SECURITY_OPTION_INVALID`, naming the option; what the store rejects with
   */
  async change(change: SettingsChange, by: string): Promise<Settings> {
    const { mode, thresholds } = group('settings', change, { mode: true, thresholds: true });
    check('settings.mode', mode, optional(oneOf('monitor', 'block', 'off', null)), '"monitor", "block", "off" or null');
    const apply = (known: Settings): Settings => ({
      ...known,
      ...(mode !== undefined && { mode }),
      ...(thresholds !== undefined && { thresholds: this.#checked(thresholds, known.thresholds) }),
    });
    apply(this.#current);
    const isEmpty = mode === undefined && thresholds === undefined;
    return this.#save(by, (known) => (isEmpty ? null : apply(known)), mode !== undefined);
  }

  /**
   * Says that a place is harmless, on every instance.
   *
   * @param by - who says so
   * @throws as {@link change}
   */
  async exempt(request: ExemptionRequest, by: string): Promise<StoredExemption> {
    const now = this.#options.clock.now();
    const { note = '', ...exemption } = group('exemption', request, {
      ...EXEMPTION,
      route: true,
      tenant: true,
      note: true,
    });
    checkExemption('exemption', exemption, { ...EXEMPTION, route: true, tenant: true });
    const { route, tenant, expiresAt } = exemption;
    check('exemption.route', route, isText, 'a route such as "POST /articles/{id}"');
    check('exemption.tenant', tenant, (value) => value == null || typeof value === 'string', 'a tenant or null');
    check('exemption.expiresAt', expiresAt, () => expiresAt === undefined || expiresAt > now, 'a time to come');
    check('exemption.note', note, (value) => typeof value === 'string', 'a text');
    const made: StoredExemption = Object.freeze({
      id: this.#nextId(),
      ...(exemption as typeof exemption & { readonly route: string }),
      by,
      at: now,
      note,
    });
    await this.#save(by, (known) => {
      const exemptions = [...known.exemptions, made];
      check('exemptions', exemptions.length, (count) => Number(count) <= MAX_EXEMPTIONS, `at most ${MAX_EXEMPTIONS}`);
      return { ...known, exemptions };
    });
    return made;
  }

  /**
   * Takes an exemption back, on every instance.
   *
   * @param by - who takes it back
   * @param tenant - null where it is another tenant's, or everybody's; absent: whosever it is
   * @returns the exemption that was taken back; null when there was none
   * @throws what the store rejects with
   */
  async unexempt(id: string, by: string, tenant?: string | null): Promise<StoredExemption | null> {
    let taken: StoredExemption | null = null;
    await this.#save(by, (known) => {
      taken = known.exemptions.find((one) => one.id === id && (tenant === undefined || one.tenant === tenant)) ?? null;
      return taken === null ? null : { ...known, exemptions: known.exemptions.filter((one) => one !== taken) };
    });
    return taken;
  }

  /** Looks for changes from now on. */
  watch(): void {
    if (this.#cancel !== null || this.#isClosed) return;
    this.#lookLater();
    void this.look();
  }

  /** Leaves it. What is known holds on. */
  rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Loads what is stored. Never rejects. One look that has not begun yet is enough for all who ask. */
  look(): Promise<void> {
    this.#awaited ??= this.#inTurn(async () => {
      this.#awaited = null;
      try {
        this.#adopt(await this.#stored(), false);
      } catch (error) {
        if (!this.#isClosed) this.#parts.onProblem(error);
      }
    });
    return this.#awaited;
  }

  close(): void {
    this.#isClosed = true;
    this.rest();
    this.#silence();
  }

  #lookLater(): void {
    this.#cancel = this.#timers.after(LOOK_MS, () => {
      this.#lookLater();
      void this.look();
    });
  }

  #checked(given: Partial<Thresholds> | null, known: Thresholds | null): Thresholds | null {
    if (given === null) return null;
    const thresholds = resolveThresholds('settings.thresholds', given, known ?? this.#options.thresholds);
    check('settings.thresholds', thresholds, () => areApart(thresholds), '0 < medium < high < critical ≤ 1');
    return Object.freeze(thresholds);
  }

  /**
   * @param make - from the newest settings, without what has expired; null when there is nothing to change
   * @param isMode - whether the mode was named
   */
  #save(by: string, make: (known: Settings) => Settings | null, isMode = false): Promise<Settings> {
    check('by', by, isText, 'a name');
    return this.#inTurn(async () => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        this.#mustBeOpen();
        const known = await this.#stored();
        const now = this.#options.clock.now();
        const exemptions = known.exemptions.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
        const made = make({ ...known, exemptions });
        if (made === null) return known;
        const version = known.version + 1;
        const next = Object.freeze({ ...made, exemptions: Object.freeze(made.exemptions), version, at: now, by });
        if (await this.#parts.store.saveSettings({ version, at: now, by, body: bodyOf(next) })) {
          this.#adopt(next, isMode);
          this.#parts.coordination.publish({ event: 'settings', payload: { tenant: null, version, at: now, by } });
          return next;
        }
      }
      const message = `Others changed the settings each of ${MAX_ATTEMPTS} times that they were to be saved.`;
      throw new ApiSecurityError('API_SECURITY_STORE_FAILED', message);
    });
  }

  async #stored(): Promise<Settings> {
    const stored = await this.#parts.store.settings();
    if (stored === null) return UNCHANGED;
    const { version, at } = this.#current;
    return stored.version === version && stored.at === at
      ? this.#current
      : settingsOf(stored, (error) => this.#parts.onProblem(error));
  }

  /** @param isMode - whether the mode was named: then it holds even where it is the one that was stored before */
  #adopt(settings: Settings, isMode: boolean): void {
    const before = this.#current;
    if (settings === before || this.#isClosed) return;
    this.#current = settings;
    this.#byRoute = byRoute(settings);
    // An engine that its host has turned off is not turned on by what was stored once, only by somebody here and now.
    if (isMode || (this.#cancel !== null && settings.mode !== before.mode)) this.#switch(settings.mode);
    this.#parts.onChange(settings);
  }

  #switch(named: Mode | null): void {
    const mode = named ?? this.#options.mode;
    try {
      this.#parts.onMode(mode);
      // Who turned it off here can turn it on here: it goes on looking.
      if (mode !== 'off') this.watch();
    } catch (error) {
      this.#parts.onProblem(error);
    }
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new ApiSecurityError('API_SECURITY_CLOSED', 'The engine is closed: make a new one.');
  }
}

function byRoute({ exemptions }: Settings): ReadonlyMap<string, readonly StoredExemption[]> {
  const routes = new Map<string, StoredExemption[]>();
  for (const exemption of exemptions) {
    const others = routes.get(exemption.route);
    if (others === undefined) routes.set(exemption.route, [exemption]);
    else others.push(exemption);
  }
  return routes;
}
