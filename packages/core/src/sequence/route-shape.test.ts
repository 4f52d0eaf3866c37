import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeShape } from './route-shape.js';

const shapeOf = (path: string) => routeShape('GET', path).shape;

describe('the shape of a path', () => {
  it.each([
    ['/', '/'],
    ['', '/'],
    ['/users/7', '/users/{id}'],
    ['/users/7/orders/2024-01-15', '/users/{id}/orders/{id}'],
    ['/users/0190163d-8694-739b-aea5-966c26f8ad91', '/users/{id}'],
    ['/users/507f1f77bcf86cd799439011/posts', '/users/{id}/posts'],
    ['/users/ada@example.org', '/users/{id}'],
    ['/users/ada%40example.org', '/users/{id}'],
    ['/orders/ORD-2024-00017', '/orders/{id}'],
    ['/watch/dQw4w9WgXcQ', '/watch/{id}'],
    ['/files/V1StGXR8_Z5jdHi6B-myT', '/files/{id}'],
    ['/invoices/42.pdf', '/invoices/{id}.pdf'],
    ['/deadbeef', '/{id}'],
    ['/tags/new%20york', '/tags/{id}'],
    ['/users/1%27%20OR%201=1--', '/users/{id}'],
    ['/users/%zz', '/users/{id}'],
    [`/${'a'.repeat(41)}`, '/{id}'],
    ['//users///7/', '/users/{id}'],
  ])('replaces the identifiers in %j: %j', (path, shape) => {
    expect(shapeOf(path)).toBe(shape);
  });

  it.each([
    '/api/v1/users',
    '/users/me',
    '/oauth2/callback',
    '/.well-known/openid-configuration',
    '/wp-admin/admin-ajax.php',
    '/static/jquery-3.6.0.min.js',
    '/dead-beef',
    '/facade',
    '/@scope/package',
    '/straße/größe',
    '/sha256sums.txt',
    '/.git/config',
  ])('leaves %j as it is', (path) => {
    expect(shapeOf(path)).toBe(path);
  });

  it('says where a path was cut', () => {
    expect(shapeOf('/a'.repeat(16))).toBe('/a'.repeat(16));
    expect(shapeOf('/a'.repeat(17))).toBe(`${'/a'.repeat(16)}/…`);
    expect(shapeOf(`/${'a/'.repeat(3)}${'b'.repeat(600)}`)).toBe('/a/a/a/{id}/…');
  });
});

describe('the route', () => {
  const route = (method: string, path: string) => routeShape(method, path).route;

  it('is the same for different identifiers, spellings and methods of one class', () => {
    expect(route('GET', '/users/7')).toBe(route('GET', '/users/8'));
    expect(route('GET', '/Users//7/')).toBe(route('HEAD', '/users/8'));
    expect(route('PUT', '/users/7')).toBe(route('PATCH', '/users/7'));
  });

  it('differs by path and by what the method does', () => {
    const routes = [
      route('GET', '/users/7'),
      route('GET', '/users'),
      route('GET', '/items/7'),
      route('POST', '/users/7'),
      route('DELETE', '/users/7'),
      route('PURGE', '/users/7'),
    ];
    expect(new Set(routes).size).toBe(routes.length);
  });

  it('does not change with the query', () => {
    expect(routeShape('GET', '/users', 'id=7').route).toBe(route('GET', '/users'));
  });
});

describe('the identifiers', () => {
  const ids = (path: string, query = '') => routeShape('GET', path, query).ids;

  it('are none where a request walks over nothing', () => {
    expect(ids('/users')).toBe(0);
    expect(ids('/search', 'q=select+a+plan+from+the+list&sort=name&page=&id')).toBe(0);
  });

  it('tell requests apart that walk over different things', () => {
    const walked = [
      ids('/users/7'),
      ids('/users/8'),
      ids('/users/7/posts/8'),
      ids('/users/78'),
      ids('/users', 'id=12'),
      ids('/users', 'id=13'),
      ids('/users', 'page=2&user_id=7'),
      ids('/users', 'orderId=9'),
      ids('/users', 'filter%5Bid%5D=10'),
      ids('/users', 'ids[]=11'),
      ids('/users', 'cursor=abc'),
    ];
    expect(walked.every((hash) => hash !== 0)).toBe(true);
    expect(new Set(walked).size).toBe(walked.length);
  });

  it('do not change with other parameters', () => {
    expect(ids('/users', 'id=7&_=1700000000&utm_source=x')).toBe(ids('/users', 'id=7'));
  });
});

describe('a login route', () => {
  const isLogin = (method: string, path: string) => routeShape(method, path).isLogin;

  it.each([
    '/login',
    '/api/v1/auth/local',
    '/users/sign_in',
    '/Sign-In',
    '/session',
    '/oauth/token',
    '/login.php',
    '/%6cogin',
  ])('is a write to %j', (path) => {
    expect(isLogin('POST', path)).toBe(true);
    expect(isLogin('GET', path)).toBe(false);
    expect(isLogin('DELETE', path)).toBe(false);
  });

  it.each(['/', '/catalogin', '/author', '/tokens/7', '/blog/how-to-login', '/users'])('is not %j', (path) => {
    expect(isLogin('POST', path)).toBe(false);
  });
});

describe('routeShape', () => {
  it('answers any input with a bounded shape and two 32-bit hashes', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 700 }), fc.webPath(), fc.webQueryParameters());
    fc.assert(
      fc.property(fc.string(), text, text, (method, path, query) => {
        const { shape, route, ids } = routeShape(method, path, query);
        expect(shape.startsWith('/')).toBe(true);
        expect(shape.length).toBeLessThanOrEqual(16 * 41 + 2);
        for (const hash of [route, ids]) expect(hash >>> 0).toBe(hash);
        expect(routeShape(method, path, query)).toMatchObject({ shape, route, ids });
      }),
    );
  });
});
