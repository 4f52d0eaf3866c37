import { describe, expect, it, vi } from 'vitest';
import { Moment } from './moment.js';

describe('Moment', () => {
  it('calls once, in order, whoever came before', () => {
    const moment = new Moment();
    const calls: string[] = [];
    moment.on(() => calls.push('first'));
    moment.on(() => calls.push('second'));
    expect(moment.happened).toBe(false);
    moment.happen();
    moment.happen();
    expect(moment.happened).toBe(true);
    expect(calls).toEqual(['first', 'second']);
  });

  it('calls at once whoever comes after', () => {
    const moment = new Moment();
    moment.happen();
    const late = vi.fn();
    moment.on(late);
    expect(late).toHaveBeenCalledOnce();
  });

  it('is a promise for those who like to wait', async () => {
    const moment = new Moment();
    const { passed } = moment;
    moment.happen();
    await expect(passed).resolves.toBeUndefined();
    await expect(moment.passed).resolves.toBeUndefined();
  });
});
