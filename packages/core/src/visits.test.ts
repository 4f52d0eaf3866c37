import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Visit } from './visit.js';
import { Visits } from './visits.js';

const visit = {} as Visit;

describe('Visits', () => {
  it('knows the visit of a request until it is over', () => {
    const visits = new Visits();
    const request = new IncomingMessage(new Socket());
    expect(visits.get(request)).toBeUndefined();
    visits.set(request, visit);
    expect(visits.get(request)).toBe(visit);
    visits.end(request);
    expect(visits.get(request)).toBeNull();
  });

  it('keeps engines and requests apart, and shows nothing of it', () => {
    const [one, other] = [new Visits(), new Visits()];
    const request = new IncomingMessage(new Socket());
    const keys = Object.keys(request);
    one.set(request, visit);
    expect(other.get(request)).toBeUndefined();
    expect(one.get(new IncomingMessage(new Socket()))).toBeUndefined();
    expect(Object.keys(request)).toEqual(keys);
  });
});
