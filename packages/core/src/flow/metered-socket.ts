/** The few things that a meter asks of a socket; a `net.Socket` or `tls.TLSSocket` of an HTTP server has them. */
export interface MeteredSocket {
  /** Bytes received so far; plaintext for TLS. */
  readonly bytesRead: number;
  /** Bytes written so far, those still buffered included; plaintext for TLS. */
  readonly bytesWritten: number;
  /** Bytes written that the client has not made room for yet. */
  readonly writableLength: number;
  /** The client ended its side. */
  readonly readableEnded: boolean;
  /** The server ended its side. */
  readonly writableEnded: boolean;
  readonly destroyed: boolean;
  /** Why it was destroyed; null when without error. */
  readonly errored: Error | null;
  readonly remoteAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** Node's HTTP/1 parser; absent while the socket speaks anything else (HTTP/2, or after an upgrade or CONNECT). */
  readonly parser?: unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  off(event: 'end' | 'close', listener: () => void): unknown;
}

/** The few things that a meter asks of a request under way: an `http.IncomingMessage` has them. */
export interface RequestProgress {
  /** All of the body has arrived. */
  readonly complete: boolean;
  /** Bytes that wait for the application. */
  readonly readableLength: number;
  /** From this many waiting bytes on, the server itself stops reading. */
  readonly readableHighWaterMark: number;
}

/** The few things that a meter asks of a server: a `node:http` or `node:https` server has them. */
export interface MeteredServer {
  on(event: 'connection' | 'secureConnection', listener: (socket: MeteredSocket) => void): unknown;
  on(event: 'request', listener: RequestObserver): unknown;
  off(event: 'connection' | 'secureConnection', listener: (socket: MeteredSocket) => void): unknown;
  off(event: 'request', listener: RequestObserver): unknown;
}

/** A listener to a server's requests. */
export type RequestObserver = (
  request: RequestProgress & { readonly socket: MeteredSocket },
  response: { once(event: 'close', listener: () => void): unknown },
) => void;
