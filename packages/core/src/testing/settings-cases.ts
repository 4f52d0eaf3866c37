import type { StoredSettings } from '../store/store.js';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import type { StoreCase } from './store-suite.js';
import type { Expect } from './suite.js';

const START = Date.UTC(2026, 0, 1);

/** The settings that people change at run time: what comes back, and who wins. */
export function settingsCases(using: StoreCase, expect: Expect): void {
  using('settings come back exactly as they were saved, whatever their texts are', async (store) => {
    for (const [i, text] of HOSTILE_TEXTS.entries()) {
      const settings = settingsOf({ version: i + 1, by: text, body: { [text]: [text], $number: text } });
      expect(await store.saveSettings(settings)).toBe(true);
      expect(await store.settings()).toEqual(settings);
    }
  });

  using('any JSON is a body of settings', async (store) => {
    for (const [i, body] of [null, [], 'text', 0.1, false, {}].entries()) {
      expect(await store.saveSettings(settingsOf({ version: i + 1, body }))).toBe(true);
      expect((await store.settings())?.body).toEqual(body);
    }
  });

  using('settings are saved only onto the version before', async (store) => {
    for (const version of [0, 2, -1, 1.5]) expect(await store.saveSettings(settingsOf({ version }))).toBe(false);
    expect(await store.settings()).toBe(null);
    const first = settingsOf({ version: 1 });
    expect(await store.saveSettings(first)).toBe(true);
    for (const version of [0, 1, 3]) expect(await store.saveSettings(settingsOf({ version, by: 'bob' }))).toBe(false);
    expect(await store.settings()).toEqual(first);
  });

  using('of those who save the same version at once, one is told that it did', async (store) => {
    for (const version of [1, 2, 3]) {
      const rivals = Array.from({ length: 8 }, (_, i) => settingsOf({ version, by: `rival ${i}` }));
      const saved = await Promise.all(rivals.map((rival) => store.saveSettings(rival)));
      expect(saved.filter(Boolean).length).toBe(1);
      expect(await store.settings()).toEqual(rivals[saved.indexOf(true)]);
    }
  });
}

function settingsOf(partial: Partial<StoredSettings>): StoredSettings {
  return { version: 1, at: START, by: 'ada', body: { thresholds: { flag: 0.7 } }, ...partial };
}
