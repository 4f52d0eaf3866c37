import { describe, expect, it } from 'vitest';
import { jsonLogger } from './logger.js';

describe('jsonLogger', () => {
  it('writes one line of plain ASCII controls whatever an attacker puts in', () => {
    const lines: string[] = [];
    const attack = 'a\r\n{"level":"info"}\u001b[2J\u202egnp.exe\u2028\u0085';
    jsonLogger((line) => lines.push(line)).warn({ path: attack }, 'alert');
    expect(lines).toHaveLength(1);
    const line = (lines[0] as string).trimEnd();
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', msg: 'alert', path: attack });
  });

  it('keeps letters of every script readable', () => {
    const lines: string[] = [];
    jsonLogger((line) => lines.push(line)).info({ name: 'Zoë 李 محمد' }, 'hello');
    expect(lines[0]).toContain('Zoë 李 محمد');
  });
});
