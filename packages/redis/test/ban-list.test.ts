import { type Ban, memoryCoordination } from '@api-security/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BanList } from '../src/ban-list.js';
import { Breaker } from '../src/breaker.js';
import { BANS } from '../src/script.js';

const banOf = (clientKey: string): Ban => ({
  tenant: null,
  clientKey,
  from: 1,
  until: Date.now() + 60_000,
  reason: '',
  by: 'ada',
});

describe('BanList, while the answer to a read is under way', () => {
  let answer: (bans: unknown[]) => void;
  let asked: Promise<void>;
  let list: BanList;
  let breaker: Breaker;
  const local = memoryCoordination();

  beforeEach(() => {
    let onAsked = (): void => {};
    asked = new Promise((resolve) => {
      onAsked = resolve;
    });
    breaker = new Breaker({
      isReady: () => true,
      probe: async () => null,
      onChange: () => {},
      onBack: () => {},
    });
    list = new BanList({
      redis: {
        isReady: true,
        connected: Promise.resolve(),
        get: async () => null,
        del: async () => 0,
        run: (script) =>
          script === BANS
            ? new Promise((resolve) => {
                answer = resolve;
                onAsked();
              })
            : Promise.resolve(null),
        subscribe: () => {},
        close: () => {},
      },
      breaker,
      keyPrefix: 'test',
      channel: 'test:news',
      instance: 'me',
      maxBans: 100,
      local,
      onForeign: () => {},
    });
  });
  afterEach(async () => {
    breaker.close();
    await local.close();
  });

  const held = async (): Promise<unknown> => (await local.bans()).map(({ clientKey }) => clientKey).toSorted();

  it('keeps a ban that is made here, and one that is heard of, though the answer is older than they are', async () => {
    await list.ban(banOf('elsewhere lifted'));
    const reading = list.read();
    await asked;
    await list.ban(banOf('made'));
    await list.heard({ ban: banOf('heard of') });
    answer(['epoch', '1', JSON.stringify(banOf('learnt'))]);
    await reading;
    expect(await held()).toEqual(['heard of', 'learnt', 'made']);
  });

  it('does not take back a ban that was lifted meanwhile', async () => {
    const [mine, other] = [banOf('lifted here'), banOf('lifted elsewhere')];
    const reading = list.read();
    await asked;
    await list.unban(null, 'lifted here');
    await list.heard({ tenant: null, clientKey: 'lifted elsewhere', lifted: null });
    answer(['epoch', '1', ...[mine, other].map((ban) => JSON.stringify(ban))]);
    await reading;
    expect(await held()).toEqual([]);
  });
});
