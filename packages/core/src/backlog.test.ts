import { describe, expect, it, vi } from 'vitest';
import { Backlog } from './backlog.js';
import { FakeClock } from './testing/fake-clock.js';

/** A backlog whose turns of the event loop are made by hand. */
function backlogOf(limit: number) {
  const clock = new FakeClock();
  const turns: (() => void)[] = [];
  const backlog = new Backlog({ clock, limit, nextTurn: (run) => turns.push(run) });
  return { clock, turns, backlog, turn: () => turns.shift()?.() };
}

describe('Backlog', () => {
  it('runs nothing before the next turn, then everything in order', () => {
    const { backlog, turn, turns } = backlogOf(10);
    const done: number[] = [];
    for (const task of [1, 2, 3]) backlog.add(() => done.push(task));
    expect(done).toEqual([]);
    expect(turns).toHaveLength(1);
    turn();
    expect(done).toEqual([1, 2, 3]);
    expect(turns).toHaveLength(0);
  });

  it('gives the host its turn after two milliseconds, and goes on in the next', () => {
    const { backlog, clock, turn, turns } = backlogOf(10);
    const done: number[] = [];
    for (const task of [1, 2, 3, 4, 5]) {
      backlog.add(() => {
        done.push(task);
        clock.advance(0.9);
      });
    }
    turn();
    expect(done).toEqual([1, 2, 3]);
    expect(turns).toHaveLength(1);
    turn();
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  it('takes no more than its limit, and more again when there is room', () => {
    const { backlog, turn } = backlogOf(2);
    const shed = vi.fn();
    expect(backlog.add(() => {})).not.toBeNull();
    expect(backlog.add(() => {})).not.toBeNull();
    expect(backlog.add(shed)).toBeNull();
    turn();
    expect(shed).not.toHaveBeenCalled();
    expect(backlog.add(() => {})).not.toBeNull();
  });

  it('runs a task at once for whoever cannot wait, and not again', () => {
    const { backlog, turn } = backlogOf(2);
    const task = vi.fn();
    const waiting = backlog.add(task);
    waiting?.now();
    turn();
    expect(task).toHaveBeenCalledOnce();
  });
});
