/** Told of what a worker's exports come to, for whoever watches it. */
export interface RunMeter {
  /** A run was claimed: an attempt at it begins. */
  began(): void;
  /** The attempt has ended, however. */
  ended(): void;
  completed(result: {
    readonly records: number;
    readonly bytes: number;
    readonly seconds: number;
  }): void;
  /** The attempt came to nothing; whether the run is tried again is for its attempts to say. */
  failed(code: string): void;
}
