import { isIP } from 'node:net'

/** A range of service addresses: `10.20.0.0/24`. */
export interface ServiceRange {
  readonly cidr: string
  /** The first address in it, which is the API server's own service. */
  readonly first: string
}

/** What upstream uses when no range is given. */
const defaultServiceRange = '10.0.0.0/24'

/**
 * Reads one range, or one of each family with a comma between them; nothing stands for upstream's default.
 * @throws Error that says what is right.
 */
export function parseServiceRanges(text: string): [ServiceRange, ...ServiceRange[]] {
  const [first = defaultServiceRange, ...rest] = text === '' ? [] : text.split(',')
  const ranges: [ServiceRange, ...ServiceRange[]] = [parseServiceRange(first), ...rest.map(parseServiceRange)]
  if (ranges.length > 2) throw new Error('--service-cluster-ip-range must not contain more than two entries')
  const families = new Set(ranges.map(({ cidr }) => cidr.includes(':')))
  if (families.size < ranges.length) {
    throw new Error(
      '--service-cluster-ip-range[0] and --service-cluster-ip-range[1] must be of different IP family',
    )
  }
  return ranges
}

/** Reads `address/bits`; an address inside the range stands for the range. @throws Error that says what is right. */
export function parseServiceRange(text: string): ServiceRange {
  const [address = '', bitsText = '', ...rest] = text.trim().split('/')
  const family = isIP(address)
  const width = family === 6 ? 128 : 32
  const bits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : -1
  if (family === 0 || rest.length > 0 || bits < 0 || bits > width) {
    throw new Error(
      `invalid CIDR address: ${text}; --service-cluster-ip-range takes an address range such as 10.0.0.0/24`,
    )
  }
  if (width - bits < 3) {
    throw new Error(
      `specified --service-cluster-ip-range ${text} is too small; it must hold at least 8 addresses`,
    )
  }
  const host = 1n << BigInt(width - bits)
  const base = (toNumber(address, family) / host) * host
  return { cidr: `${toText(base, family)}/${bits}`, first: toText(base + 1n, family) }
}

function toNumber(address: string, family: number): bigint {
  const groups = family === 4 ? address.split('.').map(Number) : hextets(address)
  const width = family === 4 ? 8n : 16n
  return groups.reduce((sum, group) => (sum << width) + BigInt(group), 0n)
}

function hextets(address: string): number[] {
  const [left = '', right] = address.split('::')
  const read = (part: string) => (part === '' ? [] : part.split(':').map((one) => Number.parseInt(one, 16)))
  if (right === undefined) return read(left)
  const missing = 8 - read(left).length - read(right).length
  return [...read(left), ...Array<number>(missing).fill(0), ...read(right)]
}

function toText(value: bigint, family: number): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 65535n).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
