import { cidrFaults, formatIp, type Ip, parseIp } from './ip.ts'

/** A range of addresses: a network, and how many of its leading bits all of them share. */
export interface Cidr {
  readonly address: Ip
  readonly length: number
}

/** Reads a range as upstream's lenient parser does; undefined for what is none. */
export function parseCidr(text: string): Cidr | undefined {
  if (cidrFaults(text).length > 0) return undefined
  const [address = '', length] = text.split('/')
  return { address: parseIp(address) as Ip, length: Number(length) }
}

/** The address with all bits after the shared ones cleared. */
export function networkOf({ address, length }: Cidr): Ip {
  const { family, parts } = address
  const bits = family === 4 ? 8 : 16
  const masked = parts.map((part, i) => {
    const free = Math.min(Math.max((i + 1) * bits - length, 0), bits)
    return part - (part % 2 ** free)
  })
  return { ...address, parts: masked }
}

/** The canonical text of a range. */
export const formatCidr = (cidr: Cidr): string => `${formatIp(networkOf(cidr))}/${cidr.length}`

/** Whether one range is a real part of another. */
export function isWithin(inner: Cidr, outer: Cidr): boolean {
  if (inner.address.family !== outer.address.family || inner.length <= outer.length) return false
  return formatCidr({ ...inner, length: outer.length }) === formatCidr(outer)
}

/** Faults of a range in a field that accepts no odd forms of new objects. */
export function strictCidrFaults(text: string): string[] {
  const cidr = parseCidr(text)
  if (cidr === undefined) return cidrFaults(text)
  const { address } = cidr
  if (/(^|\.)0\d/.test(text) || /\/0\d/.test(text)) return ['must not have leading 0s in IP or prefix length']
  if (address.isMapped) return ['must not have an IPv4-mapped IPv6 address']
  if (formatIp(address) === formatIp(networkOf(cidr))) return []
  return ['must not have bits set beyond the prefix length']
}

/** Faults of a range that must be written in its canonical form. */
export function canonicalCidrFaults(text: string): string[] {
  const faults = strictCidrFaults(text)
  if (faults.length > 0) return faults
  const canonical = formatCidr(parseCidr(text) as Cidr)
  return canonical === text ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`]
}

/** Faults of an address of a network interface, with the length of its network, in canonical form. */
export function interfaceAddressFaults(text: string): string[] {
  const cidr = parseCidr(text)
  if (!cidr) return ['must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)']
  const { address, length } = cidr
  const canonical = `${formatIp(address)}/${address.isMapped && length > 32 ? length - 96 : length}`
  return text === canonical ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`]
}
