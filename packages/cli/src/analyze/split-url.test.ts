import { describe, expect, it } from 'vitest';
import { sentTarget, splitUrl } from './split-url.js';

describe('a URL', () => {
  it.each([
    ['http://localhost:3000/users?id=1%27', '/users?id=1%27', 'localhost:3000'],
    ['https://user:p@ss@api.example.com/a', '/a', 'api.example.com'],
    ['http://api.example.com', '/', 'api.example.com'],
    ['http://api.example.com?q=1', '/?q=1', 'api.example.com'],
    ['http://[::1]:8080/../../etc/passwd', '/../../etc/passwd', '[::1]:8080'],
    ['/a//b/%2e%2e?next=http://evil.example', '/a//b/%2e%2e?next=http://evil.example', null],
    ['users', '/users', null],
    ['//evil.example/a', '//evil.example/a', null],
    ['*', '*', null],
  ])('%s is taken apart without being tidied', (url, target, host) => {
    expect(splitUrl(url)).toEqual({ target, host });
  });

  it('is sent without its fragment, and with spaces and letters beyond ASCII percent-encoded', () => {
    expect(sentTarget("/a?q=1' OR é#top")).toBe("/a?q=1'%20OR%20%C3%A9");
    expect(sentTarget('/a?q=%27')).toBe('/a?q=%27');
  });
});
