import { random } from './random.js';
import { AGENTS, ATTACKS, CITIES, NAMES, TOPICS, WORDS } from './vocabulary.js';

/** Requests as bytes, to be sent in this order and over again. */
export interface Traffic {
  readonly name: string;
  /** What it is, for a reader of the figures. */
  readonly description: string;
  readonly requests: readonly Buffer[];
  /** Share of the values in query and body, in [0, 1], that no earlier request had. */
  readonly newValues: number;
}

/** Clients that the requests are spread over, told apart by the address that the proxy in front gives. */
const CLIENTS = 400;
/** Requests of traffic whose values repeat. */
const REPEATED = 20;
const HOST = 'shop.example';

/** Makes requests that differ as those of people do. The same seed makes the same ones. */
export class TrafficSource {
  readonly #next: () => number;
  readonly #clients: readonly string[];
  #sent = 0;

  constructor(seed: number) {
    this.#next = random(seed);
    this.#clients = Array.from({ length: CLIENTS }, (_, i) =>
      this.#clientHeaders(`203.0.${113 + (i >> 8)}.${i & 255}`),
    );
  }

  /** GET of a page of items: four parameters, two of them new each time. */
  gets(count: number): Traffic {
    return this.#traffic('GET', 'a page of items, four parameters', count, () => this.#get());
  }

  /** GETs of clients that were not there before, by their number: one of each. */
  visits(from: number, to: number): Buffer[] {
    const address = (i: number): string => `100.${64 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
    return Array.from({ length: to - from }, (_, i) => this.#get(this.#clientHeaders(address(from + i))).bytes);
  }

  /** POST of a ticket about so many bytes long, most of it free text. */
  posts(count: number, bytes: number): Traffic {
    const size = bytes < 1_024 ** 2 ? `${Math.round(bytes / 1_024)} KB` : `${Math.round(bytes / 1_024 ** 2)} MB`;
    return this.#traffic(`POST ${size}`, 'a ticket as JSON, most of it text', count, () => this.#post(bytes));
  }

  /** GETs with SQL injection and cross-site scripting in a parameter, each of another client. */
  attacks(count: number): Traffic {
    return this.#traffic('attacks', 'SQL injection and XSS in a parameter', count, () => this.#attack());
  }

  /** The first few requests of other traffic, again and again. */
  repeated(of: Traffic): Traffic {
    const requests = of.requests.slice(0, REPEATED);
    return { name: `${of.name} repeated`, description: `${REPEATED} of them again and again`, requests, newValues: 0 };
  }

  #traffic(name: string, description: string, count: number, make: () => Made): Traffic {
    const seen = new Set<string>();
    let values = 0;
    const requests = Array.from({ length: count }, () => {
      const { bytes, values: own } = make();
      values += own.length;
      for (const value of own) seen.add(value);
      return bytes;
    });
    return { name, description, requests, newValues: seen.size / values };
  }

  #get(headers = this.#pick(this.#clients)): Made {
    const search = this.#words(2 + this.#below(3));
    const query = { limit: '20', search, after: this.#id(), sort: this.#pick(['price', 'name', 'newest']) };
    return {
      bytes: Buffer.from(`GET /api/items?${new URLSearchParams(query)} HTTP/1.1\r\n${headers}\r\n`),
      values: Object.values(query),
    };
  }

  #post(bytes: number): Made {
    const body = this.ticket(bytes);
    const json = Buffer.from(JSON.stringify(body));
    const head = `POST /api/items HTTP/1.1\r\n${this.#pick(this.#clients)}content-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n`;
    return { bytes: Buffer.concat([Buffer.from(head), json]), values: leaves(body) };
  }

  #attack(): Made {
    const search = this.#pick(ATTACKS).replaceAll('#', String(this.#below(100_000)));
    const query = { limit: '20', search, after: this.#id() };
    const i = this.#sent++;
    const headers = this.#clientHeaders(`198.18.${(i >> 8) & 255}.${i & 255}`);
    return {
      bytes: Buffer.from(`GET /api/items?${new URLSearchParams(query)} HTTP/1.1\r\n${headers}\r\n`),
      values: Object.values(query),
    };
  }

  /** An order's ticket with as many comments as make it so long, in bytes of JSON. */
  ticket(bytes: number): Readonly<Record<string, unknown>> {
    const customer = { name: this.#name(), email: `${this.#id()}@mail.example`, city: this.#pick(CITIES) };
    const order = { sku: this.#id(), quantity: 1 + this.#below(9), price: this.#below(20_000) / 100 };
    const comments: unknown[] = [];
    const subject = `${this.#pick(TOPICS)}: ${this.#words(3)}`;
    const ticket = { id: this.#id(), subject, customer, items: [order], comments };
    let left = bytes - JSON.stringify(ticket).length;
    while (left > 60) {
      const comment = { author: this.#name(), at: this.#time(), text: this.#text(Math.min(420, left - 75)) };
      comments.push(comment);
      left -= JSON.stringify(comment).length + 1;
    }
    return ticket;
  }

  /** As those of a compressed file. */
  bytes(count: number): Buffer {
    return Buffer.from(Uint32Array.from({ length: Math.ceil(count / 4) }, () => this.#below(2 ** 32)).buffer, 0, count);
  }

  /** Some words and a number. */
  phrase(): string {
    return `${this.#words(2)} ${this.#below(1e6)}`;
  }

  #clientHeaders(address: string): string {
    const token = `${this.#token(36)}.${this.#token(140)}.${this.#token(43)}`;
    return [
      `host: ${HOST}`,
      'connection: keep-alive',
      `user-agent: ${this.#pick(AGENTS)}`,
      'accept: application/json, text/plain, */*',
      'accept-language: en-GB,en;q=0.9',
      'accept-encoding: gzip, deflate, br',
      `authorization: Bearer ${token}`,
      `cookie: sid=${this.#token(32)}; theme=dark; _ga=GA1.2.${this.#below(1e9)}.${this.#below(1e9)}`,
      `x-forwarded-for: ${address}`,
      '',
    ].join('\r\n');
  }

  #text(bytes: number): string {
    let text = '';
    while (text.length < bytes) text += `${this.#sentence()} `;
    return text.slice(0, Math.max(1, bytes)).trimEnd();
  }

  #sentence(): string {
    const words = this.#words(6 + this.#below(10));
    const number = this.#below(3) === 0 ? ` ${this.#below(5_000)}` : '';
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}${number}${this.#pick(['.', '.', '!', '?', ', thanks.'])}`;
  }

  #words(count: number): string {
    return Array.from({ length: count }, () => this.#pick(WORDS)).join(' ');
  }

  #name(): string {
    return `${this.#pick(NAMES)} ${this.#pick(NAMES)}`;
  }

  #time(): string {
    return new Date(1.79e12 + this.#below(1e9)).toISOString();
  }

  #id(): string {
    return `${this.#token(8)}-${this.#below(1e6)}`;
  }

  #token(length: number): string {
    let token = '';
    while (token.length < length) token += Math.floor(this.#next() * 2 ** 32).toString(36);
    return token.slice(0, length);
  }

  #pick<Choice>(choices: readonly Choice[]): Choice {
    return choices[this.#below(choices.length)] as Choice;
  }

  #below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }
}

interface Made {
  readonly bytes: Buffer;
  readonly values: readonly string[];
}

function leaves(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap(leaves);
}

const PROXY_LINE = /^x-forwarded-for: .*\r\n/m;

/** The same without a proxy in front: each connection is a client's own, with a flow of its own. */
export function direct({ requests, ...of }: Traffic): Traffic {
  return {
    ...of,
    requests: requests.map((bytes) => Buffer.from(bytes.toString('latin1').replace(PROXY_LINE, ''), 'latin1')),
  };
}
