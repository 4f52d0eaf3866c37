import { expect, test } from 'vitest';
import { Turns } from './turns.js';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('an attack waits for the requests of users that are under way', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const user = turns.benign(async () => {
    await later(20);
    order.push('user');
  });
  await turns.attack(async () => void order.push('attacker'));
  await user;
  expect(order).toEqual(['user', 'attacker']);
});

test('no request of a user starts within a span of the attacker', async () => {
  const turns = new Turns();
  const starts: number[] = [];
  const users = Array.from({ length: 5 }, async () => {
    for (let i = 0; i < 8; i++) {
      await turns.benign(async () => {
        starts.push(Date.now());
        await later(4);
      });
    }
  });
  for (let i = 0; i < 3; i++) {
    await later(10);
    await turns.attack(() => later(15));
  }
  await Promise.all(users);
  expect(turns.attackSpans).toHaveLength(3);
  expect(starts).toHaveLength(40);
  for (const [from, to] of turns.attackSpans) {
    expect(to - from).toBeGreaterThanOrEqual(14);
    expect(starts.filter((at) => at >= from && at <= to)).toEqual([]);
  }
});

test('an attack that fails still ends its span and lets the users on', async () => {
  const turns = new Turns();
  await expect(turns.attack(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(turns.attackSpans).toHaveLength(1);
  expect(await turns.benign(async () => 'on')).toBe('on');
});
