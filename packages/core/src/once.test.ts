import { describe, expect, it, vi } from 'vitest';
import { once } from './once.js';

describe('once', () => {
  it('makes nothing before it is asked, and then the same for ever', () => {
    const make = vi.fn(() => ({ made: true }));
    const ask = once(make);
    expect(make).not.toHaveBeenCalled();
    expect(ask()).toBe(ask());
    expect(make).toHaveBeenCalledOnce();
  });

  it('tries again after a throw', () => {
    const make = vi.fn().mockImplementationOnce(() => {
      throw new Error('not yet');
    });
    make.mockReturnValue(7);
    const ask = once(make);
    expect(ask).toThrow('not yet');
    expect(ask()).toBe(7);
  });
});
