/** Nanoseconds since 1970 as milliseconds; 0 stays 0, and a runtime's Go zero time (before 1970) is 0 too. */
export const toMs = (nanos: bigint): number => (nanos <= 0n ? 0 : Number(nanos / 1000n) / 1000)
