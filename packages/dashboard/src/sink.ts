/** One thing that happened. */
export interface LiveEvent {
  /** Counts up from 1 in a process. */
  readonly id: number;
  readonly name: string;
  readonly tenant: string | null;
  /** JSON, without line breaks. */
  readonly data: string;
}

/** A connection that events are sent over. What sends answers false when its reader should take that before it is sent more. */
export interface Sink {
  event(event: LiveEvent): boolean;
  /** Says that events were missed. */
  gap(): boolean;
  /** Gives a sign of life, or asks for one; called every 15 s, also while the reader has something to take. */
  beat(): void;
  end(): void;
}
