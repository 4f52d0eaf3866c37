import { RunningStatistics } from './running-statistics.js';

/** The packets of one direction (or of both) as running statistics. */
export class PacketStatistics {
  /** Payload of each packet, in bytes. */
  readonly lengths: RunningStatistics = new RunningStatistics();
  /** Gaps between consecutive packets (inter-arrival times), in µs. */
  readonly gaps: RunningStatistics = new RunningStatistics();
  /** Time of the newest packet in µs; kept over {@link PacketStatistics.reset}. */
  lastUs = 0;

  /** Adds `count` packets of equal length at one moment, not before {@link PacketStatistics.lastUs}. */
  add(lengthBytes: number, count: number, nowUs: number): void {
    if (this.lengths.count > 0) this.gaps.add(nowUs - this.lastUs);
    this.gaps.add(0, count - 1);
    this.lengths.add(lengthBytes, count);
    this.lastUs = nowUs;
  }

  /** Forgets all packets. */
  reset(): void {
    this.lengths.reset();
    this.gaps.reset();
  }
}
