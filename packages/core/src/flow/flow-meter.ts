import { PacketStatistics } from './packet-statistics.js';
import { RunningStatistics } from './running-statistics.js';

/** Payload of a full TCP segment: 1500-byte Ethernet frames less IP and TCP headers with timestamps. */
const SEGMENT_BYTES = 1448;
/** Segments at the beginning of a connection that Linux acknowledges at once (TCP_MAX_QUICKACKS). */
const QUICK_ACK_SEGMENTS = 16;
/** How long an acknowledgement waits for a response to travel with (Linux TCP_DELACK_MIN). */
const DELAYED_ACK_US = 40_000;
/** A flow ends this long after its start (CICFlowMeter's flow timeout). */
const FLOW_TIMEOUT_US = 120_000_000;
/** A silence longer than this separates two bursts of activity (CICFlowMeter's activity timeout). */
export const ACTIVITY_TIMEOUT_US = 5_000_000;
/** A silence longer than this separates two sub-flows (CICFlowMeter). */
const SUBFLOW_GAP_US = 1_000_000;

const NOT_DUE = Number.POSITIVE_INFINITY;

/**
 * One flow (the traffic of a TCP connection for at most 120 s) as running statistics: no packet is stored.
 *
 * A server does not see packets, so the meter reconstructs *virtual packets* from what the server sees; forward is
 * client to server:
 *
 * - a handshake is forward, backward, forward, all empty and all but the first with ACK;
 * - bytes received are full segments and a rest, PSH on the last; the server acknowledges every second segment, and an
 *   odd one at once at the beginning of a connection, later only when it writes nothing within 40 ms;
 * - bytes sent are the same backward; the client acknowledges every second segment and the last;
 * - a graceful close is a FIN of each side and a last ACK of the side that began; a broken connection is a forward RST;
 * - data later than 120 s after the flow's start begins a new flow without handshake. The end of a connection always
 *   belongs to the flow before it, since a flow of nothing but a FIN says nothing.
 *
 * Times are µs of a monotonic clock. One that runs backwards or is not a number counts as "at once". Any number of bytes
 * costs the same.
 */
export class FlowMeter {
  readonly forward: PacketStatistics = new PacketStatistics();
  readonly backward: PacketStatistics = new PacketStatistics();
  /** Both directions together. */
  readonly packets: PacketStatistics = new PacketStatistics();
  /** Lengths in µs of the bursts that have ended; bursts of a single moment are not counted. */
  readonly active: RunningStatistics = new RunningStatistics();
  /** Silences between bursts, in µs. */
  readonly idle: RunningStatistics = new RunningStatistics();
  /** The server's port; 0 when unknown. */
  readonly port: number;
  /** Whether the client owes (the rest of) a request or the server a response; only then silence up to now is idleness. */
  requestOpen = false;

  #startUs = 0;
  #burstStartUs = 0;
  #subflowGaps = 0;
  #synPackets = 0;
  #finPackets = 0;
  #pshPackets = 0;
  #dataPackets = 0;

  // Of the connection, kept when a new flow begins.
  #segmentsReceived = 0;
  #ackDueUs = NOT_DUE;
  #clientFin = false;
  #serverFin = false;
  #serverBegan = false;
  #closed = false;

  constructor(port = 0) {
    this.port = port;
  }

  /** Time of the first packet. */
  get startUs(): number {
    return this.#startUs;
  }

  /** Time of the newest packet. */
  get lastUs(): number {
    return this.packets.lastUs;
  }

  /** Time of the first packet of the present burst. */
  get burstStartUs(): number {
    return this.#burstStartUs;
  }

  /** Gaps of more than 1 s. */
  get subflowGaps(): number {
    return this.#subflowGaps;
  }

  /** Whether the connection is gone and the flow final. */
  get closed(): boolean {
    return this.#closed;
  }

  get finPackets(): number {
    return this.#finPackets;
  }

  get pshPackets(): number {
    return this.#pshPackets;
  }

  /** Every packet but the first of a handshake. */
  get ackPackets(): number {
    return this.packets.lengths.count - this.#synPackets;
  }

  /** Forward packets with payload. */
  get dataPackets(): number {
    return this.#dataPackets;
  }

  /** The connection was accepted. To be called first, or not at all. */
  open(nowUs: number): void {
    if (this.packets.lengths.count > 0) return;
    const now = this.settle(nowUs);
    this.#synPackets = 1;
    this.#add(this.forward, 0, 2, now);
    this.#add(this.backward, 0, 1, now);
  }

  /** A chunk came from the client. */
  received(bytes: number, nowUs: number): void {
    if (this.#closed || !(bytes >= 1)) return;
    const now = this.#settleInFlow(nowUs);
    const segments = this.#addSegments(this.forward, bytes, now);
    this.#dataPackets += segments;
    this.#segmentsReceived += segments;

    const unacknowledged = segments + (this.#ackDueUs === NOT_DUE ? 0 : 1);
    const odd = unacknowledged % 2 === 1;
    const oddAtOnce = odd && this.#segmentsReceived <= QUICK_ACK_SEGMENTS;
    this.#ackDueUs = odd && !oddAtOnce ? now + DELAYED_ACK_US : NOT_DUE;
    this.#add(this.backward, 0, Math.floor(unacknowledged / 2) + (oddAtOnce ? 1 : 0), now);
  }

  /** A chunk was written to the client. */
  sent(bytes: number, nowUs: number): void {
    if (this.#closed || !(bytes >= 1)) return;
    const now = this.#settleInFlow(nowUs);
    const segments = this.#addSegments(this.backward, bytes, now);
    this.#ackDueUs = NOT_DUE; // It travels with the response.
    this.#add(this.forward, 0, Math.ceil(segments / 2), now);
  }

  /** The client ended its side. */
  clientFin(nowUs: number): void {
    if (this.#closed || this.#clientFin) return;
    this.#clientFin = true;
    this.#finPackets += 1;
    this.#add(this.forward, 0, 1, this.settle(nowUs));
  }

  /** The server ended its side. */
  serverFin(nowUs: number): void {
    if (this.#closed || this.#serverFin) return;
    this.#serverFin = true;
    this.#serverBegan = !this.#clientFin;
    this.#finPackets += 1;
    const now = this.settle(nowUs);
    this.#ackDueUs = NOT_DUE;
    this.#add(this.backward, 0, 1, now);
  }

  /** The connection is gone: gracefully, or with an error such as ECONNRESET. Nothing counts afterwards. */
  close(nowUs: number, withError: boolean): void {
    if (this.#closed) return;
    if (withError) {
      this.#add(this.forward, 0, 1, this.settle(nowUs));
    } else {
      this.serverFin(nowUs);
      this.clientFin(nowUs);
      this.#add(this.#serverBegan ? this.backward : this.forward, 0, 1, this.settle(nowUs));
    }
    this.#ackDueUs = NOT_DUE;
    this.#closed = true;
  }

  /**
   * Brings the flow up to a moment: counts a delayed acknowledgement that was due by then.
   *
   * @returns that moment as the flow knows it: whole µs, never before the newest packet, and for a closed flow its end
   */
  settle(nowUs: number): number {
    const last = this.packets.lastUs;
    const now = !this.#closed && nowUs > last ? Math.floor(Math.min(nowUs, Number.MAX_SAFE_INTEGER)) : last;
    if (now >= this.#ackDueUs) {
      const dueUs = this.#ackDueUs;
      this.#ackDueUs = NOT_DUE;
      this.#add(this.backward, 0, 1, dueUs);
    }
    return now;
  }

  #settleInFlow(nowUs: number): number {
    const now = this.settle(nowUs);
    if (now - this.#startUs > FLOW_TIMEOUT_US) this.#restart();
    return now;
  }

  #restart(): void {
    this.forward.reset();
    this.backward.reset();
    this.packets.reset();
    this.active.reset();
    this.idle.reset();
    this.#subflowGaps = 0;
    this.#synPackets = 0;
    this.#finPackets = 0;
    this.#pshPackets = 0;
    this.#dataPackets = 0;
  }

  /** Cuts a chunk into segments. @returns their number */
  #addSegments(direction: PacketStatistics, bytes: number, nowUs: number): number {
    const whole = Math.floor(Math.min(bytes, Number.MAX_SAFE_INTEGER));
    const segments = Math.ceil(whole / SEGMENT_BYTES);
    const full = segments - 1;
    this.#add(direction, SEGMENT_BYTES, full, nowUs);
    this.#add(direction, whole - full * SEGMENT_BYTES, 1, nowUs);
    this.#pshPackets += 1;
    return segments;
  }

  #add(direction: PacketStatistics, lengthBytes: number, count: number, nowUs: number): void {
    if (count === 0) return;
    if (this.packets.lengths.count === 0) {
      this.#startUs = nowUs;
      this.#burstStartUs = nowUs;
    } else {
      this.#passSilence(nowUs);
    }
    direction.add(lengthBytes, count, nowUs);
    this.packets.add(lengthBytes, count, nowUs);
  }

  #passSilence(nowUs: number): void {
    const silenceUs = nowUs - this.lastUs;
    if (silenceUs > SUBFLOW_GAP_US) this.#subflowGaps += 1;
    if (silenceUs <= ACTIVITY_TIMEOUT_US) return;
    const burstUs = this.lastUs - this.#burstStartUs;
    if (burstUs > 0) this.active.add(burstUs);
    this.idle.add(silenceUs);
    this.#burstStartUs = nowUs;
  }
}
