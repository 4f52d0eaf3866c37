import { describe, expect, it } from 'vitest';
import { requestFromFlags } from './request-from-flags.js';

describe('a request from flags', () => {
  it('is a GET of a whole URL', () => {
    expect(requestFromFlags({ url: 'http://localhost:3000/users?id=1%27', header: [] })).toEqual({
      method: 'GET',
      url: '/users?id=1%27',
      headers: { host: ['localhost:3000'] },
    });
  });

  it('is a POST when there is data, of the type that the data shows', () => {
    expect(requestFromFlags({ url: '/a', header: [], data: '{"a":1}' })).toMatchObject({
      method: 'POST',
      headers: { 'content-type': ['application/json'] },
      body: '{"a":1}',
    });
    expect(requestFromFlags({ url: '/a', header: [], data: 'a=1' })).toMatchObject({
      headers: { 'content-type': ['application/x-www-form-urlencoded'] },
    });
  });

  it('takes what is said over what is guessed', () => {
    const header = ['Host: b.example', 'content-type: text/plain', 'X-A: 1', 'x-a: b:c'];
    expect(
      requestFromFlags({ url: 'http://a.example/', method: 'PUT', header, data: '{}', address: '192.0.2.1' }),
    ).toEqual({
      method: 'PUT',
      url: '/',
      headers: { host: ['b.example'], 'content-type': ['text/plain'], 'x-a': ['1', 'b:c'] },
      body: '{}',
      address: '192.0.2.1',
    });
  });

  it('says which header is none', () => {
    expect(requestFromFlags({ url: '/', header: ['nonsense'] })).toContain('"nonsense"');
  });
});
