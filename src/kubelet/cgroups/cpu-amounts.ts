const sharesLeast = 2
const sharesMost = 262_144
const quotaUsLeast = 1000

/** The span in which a quota of processor time may be used. */
export const cpuPeriodUs = 100_000

/** How a cgroup shares the processor with its neighbours, for thousandths of a CPU asked for. */
export const cpuSharesOf = (milli: number): number =>
  Math.min(sharesMost, Math.max(sharesLeast, Math.floor((milli * 1024) / 1000)))

/** The processor time of each period, for thousandths of a CPU as a limit; 0 for no limit. */
export const cpuQuotaOf = (milli: number): number =>
  milli === 0 ? 0 : Math.max(quotaUsLeast, Math.floor((milli * cpuPeriodUs) / 1000))

/** Shares of cgroup v1 as a weight of v2: 2 is 1, 1024 is 100, 262144 is 10000. https://kep.k8s.io/2254 */
export function cpuWeightOf(shares: number): number {
  if (shares <= sharesLeast) return 1
  if (shares >= sharesMost) return 10_000
  const log = Math.log2(shares)
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34))
}
