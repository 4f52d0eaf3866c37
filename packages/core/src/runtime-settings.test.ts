import { describe, expect, it } from 'vitest';
import type { Mode } from './assessment/assessment.js';
import { memoryCoordination } from './coordination/memory-coordination.js';
import { DEFAULTS } from './options.js';
import { RuntimeSettings } from './runtime-settings.js';
import type { Settings } from './settings.js';
import { memoryStore } from './store/memory-store.js';
import type { Store } from './store/store.js';
import { errorCodeOf } from './testing/error-code.js';
import { FakeClock } from './testing/fake-clock.js';

function settingsWith(store: Pick<Store, 'settings' | 'saveSettings'> = memoryStore(), mode: Mode = 'monitor') {
  const clock = new FakeClock();
  const modes: Mode[] = [];
  const changes: Settings[] = [];
  const problems: string[] = [];
  const settings = new RuntimeSettings(
    { mode, thresholds: DEFAULTS.thresholds, clock },
    {
      store,
      coordination: memoryCoordination(),
      onMode: (mode) => modes.push(mode),
      onChange: (change) => changes.push(change),
      onProblem: (error) => problems.push(String(error)),
      timers: clock,
    },
  );
  return { settings, clock, modes, changes, problems };
}

/** Lets what was begun come to its end. */
const settled = () => new Promise((done) => setImmediate(done));

describe('settings at run time', () => {
  it('are those of the options until somebody changes them', async () => {
    const { settings } = settingsWith();
    await settings.look();
    expect(settings.current).toEqual({
      version: 0,
      at: null,
      by: null,
      mode: null,
      thresholds: null,
      exemptions: [],
    });
    expect(settings.thresholds).toBe(DEFAULTS.thresholds);
  });

  it('say who changed them, and when', async () => {
    const { settings, clock, changes } = settingsWith();
    const changed = await settings.change({ thresholds: { medium: 0.3 } }, 'ada');
    expect(changed).toMatchObject({ version: 1, at: clock.now(), by: 'ada', mode: null });
    expect(settings.thresholds).toEqual({ medium: 0.3, high: 0.6, critical: 0.8 });
    expect(changes).toEqual([changed]);
    await settings.change({ thresholds: null }, 'bob');
    expect(settings.current).toMatchObject({ version: 2, by: 'bob', thresholds: null });
  });

  it('are not changed by nothing', async () => {
    const { settings } = settingsWith();
    expect((await settings.change({}, 'ada')).version).toBe(0);
  });

  it.each([
    [{ mode: 'on' }, 'API_SECURITY_OPTION_INVALID'],
    [{ mod: 'block' }, 'API_SECURITY_OPTION_UNKNOWN'],
    [{ thresholds: { low: 0.1 } }, 'API_SECURITY_OPTION_UNKNOWN'],
    [{ thresholds: { medium: 0 } }, 'API_SECURITY_OPTION_INVALID'],
    [{ thresholds: { medium: 0.6 } }, 'API_SECURITY_OPTION_INVALID'],
    [{ thresholds: { high: 0.8 } }, 'API_SECURITY_OPTION_INVALID'],
    [{ thresholds: { critical: 1.01 } }, 'API_SECURITY_OPTION_INVALID'],
    [{ thresholds: { high: Number.NaN } }, 'API_SECURITY_OPTION_INVALID'],
    [{ thresholds: 0.5 }, 'API_SECURITY_OPTION_INVALID'],
    [null, 'API_SECURITY_OPTION_INVALID'],
  ])('refuse %o', async (change, code) => {
    const { settings } = settingsWith();
    expect(await errorCodeOf(settings.change(change as never, 'ada'))).toBe(code);
    expect(settings.current.version).toBe(0);
  });

  it.each([
    [{ route: '' }],
    [{}],
    [{ route: 'GET /a', field: '' }],
    [{ route: 'GET /a', category: 7 }],
    [{ route: 'GET /a', tenant: 7 }],
    [{ route: 'GET /a', note: 7 }],
    [{ route: 'GET /a', expiresAt: 1 }],
    [{ route: 'GET /a', expiresAt: 'soon' }],
  ])('refuse the exemption %o', async (request) => {
    const { settings } = settingsWith();
    expect(await errorCodeOf(settings.exempt(request as never, 'ada'))).toBe('API_SECURITY_OPTION_INVALID');
    expect(settings.hasExemptions).toBe(false);
  });

  it('have to be changed by somebody', async () => {
    const { settings } = settingsWith();
    expect(await errorCodeOf(settings.change({ mode: 'block' }, ''))).toBe('API_SECURITY_OPTION_INVALID');
  });

  it('hold as many exemptions as people can have looked at', async () => {
    const { settings, clock } = settingsWith();
    const expiresAt = clock.now() + 1_000;
    for (let i = 0; i < 1_000; i++) await settings.exempt({ route: `GET /${i}`, expiresAt }, 'ada');
    expect(await errorCodeOf(settings.exempt({ route: 'GET /a' }, 'ada'))).toBe('API_SECURITY_OPTION_INVALID');
    clock.advance(1_000);
    await settings.exempt({ route: 'GET /a' }, 'ada');
    expect(settings.current.exemptions.map(({ route }) => route)).toEqual(['GET /a']);
  });

  it('give back what was exempt, to whom it belongs', async () => {
    const { settings } = settingsWith();
    const made = await settings.exempt({ route: 'GET /a', tenant: 'a', note: 'a form' }, 'ada');
    const all = await settings.exempt({ route: 'GET /a' }, 'ada');
    expect(settings.exemptionsOf('GET /a')).toEqual([made, all]);
    expect(await settings.unexempt(made.id, 'eve', 'b')).toBe(null);
    expect(await settings.unexempt(all.id, 'eve', 'a')).toBe(null);
    expect(settings.current.version).toBe(2);
    expect(await settings.unexempt(made.id, 'bob', 'a')).toEqual(made);
    expect(await settings.unexempt(made.id, 'bob', 'a')).toBe(null);
    expect(await settings.unexempt(all.id, 'bob')).toEqual(all);
    expect(settings.hasExemptions).toBe(false);
  });

  it('survive changes that others make at the same time', async () => {
    const store = memoryStore();
    const [one, two] = [settingsWith(store).settings, settingsWith(store).settings];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : two).exempt({ route: `GET /${i}` }, 'ada')),
    );
    await Promise.all([one.look(), two.look()]);
    expect(one.current.version).toBe(20);
    expect(one.current.exemptions.length).toBe(20);
    expect(two.current).toEqual(one.current);
  });

  it('say so when others are always faster', async () => {
    const store = memoryStore();
    const { settings } = settingsWith({ settings: () => store.settings(), saveSettings: async () => false });
    expect(await errorCodeOf(settings.change({ mode: 'block' }, 'ada'))).toBe('API_SECURITY_STORE_FAILED');
    expect(settings.current.version).toBe(0);
  });

  it('are looked for every 30 s, while somebody watches', async () => {
    const store = memoryStore();
    const other = settingsWith(store).settings;
    const { settings, clock, modes } = settingsWith(store);
    settings.watch();
    settings.watch();
    await settled();
    await other.change({ mode: 'block' }, 'ada');
    clock.advance(29_999);
    await settled();
    expect(settings.current.version).toBe(0);
    clock.advance(1);
    await settled();
    expect([settings.current.version, modes]).toEqual([1, ['block']]);
    expect(clock.timers).toBe(1);
    settings.rest();
    expect(clock.timers).toBe(0);
  });

  it('are looked for on while they say that nothing is to be done', async () => {
    const store = memoryStore();
    const other = settingsWith(store).settings;
    const { settings, clock, modes } = settingsWith(store);
    settings.watch();
    for (const mode of ['off', 'monitor', null] as const) {
      await other.change({ mode }, 'ada');
      clock.advance(30_000);
      await settled();
    }
    expect(modes).toEqual(['off', 'monitor', 'monitor']);
  });

  it('do not turn on what was turned off here, unless somebody says so here', async () => {
    const store = memoryStore();
    await settingsWith(store).settings.change({ mode: 'block' }, 'ada');
    const { settings, modes, clock } = settingsWith(store, 'off');
    await settings.exempt({ route: 'GET /a' }, 'ada');
    expect([settings.current.mode, modes, clock.timers]).toEqual(['block', [], 0]);
    await settings.change({ mode: 'block' }, 'ada');
    expect([modes, clock.timers]).toEqual([['block'], 1]);
    settings.close();
    expect(clock.timers).toBe(0);
  });

  it('stay as they are known while the store is away, and say so', async () => {
    const store = memoryStore();
    let isAway = false;
    const away = async (): Promise<never> => {
      throw new Error('connection refused');
    };
    const { settings, problems } = settingsWith({
      settings: () => (isAway ? away() : store.settings()),
      saveSettings: (saved) => (isAway ? away() : store.saveSettings(saved)),
    });
    await settings.change({ thresholds: { critical: 0.9 } }, 'ada');
    isAway = true;
    await settings.look();
    expect(settings.thresholds.critical).toBe(0.9);
    expect(problems).toEqual(['Error: connection refused']);
    await expect(settings.change({ mode: 'block' }, 'ada')).rejects.toThrow('connection refused');
    isAway = false;
    expect((await settings.change({ mode: 'block' }, 'ada')).version).toBe(2);
  });

  it('that somebody has damaged are left out, and told once', async () => {
    const store = memoryStore();
    await store.saveSettings({ version: 1, at: 1, by: 'eve', body: { mode: 'on', exemptions: [{}, null] } });
    const { settings, problems } = settingsWith(store);
    await settings.look();
    await settings.look();
    expect(settings.current).toEqual({
      version: 1,
      at: 1,
      by: 'eve',
      mode: null,
      thresholds: null,
      exemptions: [],
    });
    expect(problems.length).toBe(2);
    expect((await settings.change({ mode: 'block' }, 'ada')).version).toBe(2);
  });

  it('are none any more after a close', async () => {
    const { settings, changes } = settingsWith();
    settings.close();
    settings.watch();
    expect(await errorCodeOf(settings.change({ mode: 'block' }, 'ada'))).toBe('API_SECURITY_CLOSED');
    expect(changes).toEqual([]);
  });
});
