import type { Cidr } from './cidr.ts'
import { networkOf } from './cidr.ts'
import type { Ip } from './ip.ts'

const bitsOf = { 4: 32, 6: 128 } as const
const partBits = { 4: 8n, 6: 16n } as const

/** An address as a number, for counting. */
export const ipToNumber = ({ family, parts }: Ip): bigint =>
  parts.reduce((sum, part) => (sum << partBits[family]) + BigInt(part), 0n)

/** The address that a number stands for. */
export function ipFromNumber(value: bigint, family: 4 | 6): Ip {
  const width = partBits[family]
  const count = bitsOf[family] / Number(width)
  const mask = (1n << width) - 1n
  const parts = Array.from({ length: count }, (_, i) =>
    Number((value >> (width * BigInt(count - 1 - i))) & mask),
  )
  return { family, parts, isMapped: false }
}

/** The addresses of a range that hosts may have: the first and how many. Not the network's own, and no broadcast. */
export function hostsOf(cidr: Cidr): { first: bigint; count: bigint } {
  const { family } = cidr.address
  const size = 1n << BigInt(bitsOf[family] - cidr.length)
  const last = family === 4 ? size - 2n : size - 1n
  return { first: ipToNumber(networkOf(cidr)) + 1n, count: last > 0n ? last : 0n }
}
