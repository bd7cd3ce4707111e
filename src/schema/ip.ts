const octet = /^\d{1,3}$/

/** The 4 bytes of an IPv4 address, leading zeros included in what is accepted; undefined for anything else. */
function parseV4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => octet.test(part) && Number(part) < 256)) return undefined
  return parts.map(Number)
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  for (const [i, part] of text.split(':').entries()) {
    const v4 = part.includes('.') && i === text.split(':').length - 1 ? parseV4(part) : undefined
    if (v4)
      groups.push((v4[0] as number) * 256 + (v4[1] as number), (v4[2] as number) * 256 + (v4[3] as number))
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (!text.includes(':') || halves.length > 2) return undefined
  const head = groupsOf(halves[0] as string)
  const tail = halves.length === 2 ? groupsOf(halves[1] as string) : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  return [...head, ...Array<number>(missing).fill(0), ...tail]
}

/** An IP address: its family, and its 4 bytes or 8 groups of 16 bits. */
export interface Ip {
  readonly family: 4 | 6
  readonly parts: readonly number[]
  /** An IPv4 address written as an IPv6 one. */
  readonly isMapped: boolean
}

/** Reads an address as upstream's lenient parser does; undefined for what is none. */
export function parseIp(text: string): Ip | undefined {
  const v4 = parseV4(text)
  if (v4) return { family: 4, parts: v4, isMapped: false }
  const v6 = parseV6(text)
  if (!v6) return undefined
  if (!v6.slice(0, 5).every((group) => group === 0) || v6[5] !== 0xffff) {
    return { family: 6, parts: v6, isMapped: false }
  }
  const [high, low] = v6.slice(6) as [number, number]
  return { family: 4, parts: [high >> 8, high & 255, low >> 8, low & 255], isMapped: true }
}

/** The canonical text of an address: RFC 5952 for IPv6. */
export function formatIp({ family, parts }: Ip): string {
  if (family === 4) return parts.join('.')
  const text = parts.map((group) => group.toString(16)).join(':')
  const zeros = [...text.matchAll(/\b0(?::0)+\b/g)].map(([run]) => run)
  const longest = zeros.reduce((a, b) => (b.length > a.length ? b : a), '')
  return longest === '' ? text : text.replace(new RegExp(`(^|:)${longest}(:|$)`), '::')
}

const wrongIp = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

/** Faults of an address in a field that accepts no odd forms of new objects: leading zeros, mapped addresses. */
export function ipFaults(text: string): string[] {
  const ip = parseIp(text)
  if (ip === undefined) return [wrongIp]
  if (ip.isMapped) return ['must not be an IPv4-mapped IPv6 address']
  return ip.family === 4 && /(^|\.)0\d/.test(text) ? ['must not have leading 0s'] : []
}

/** Faults of an address in a field that has always accepted odd forms. */
export const lenientIpFaults = (text: string): string[] => (parseIp(text) === undefined ? [wrongIp] : [])

/** Faults of an address that must be written in its canonical form. */
export function canonicalIpFaults(text: string): string[] {
  const faults = ipFaults(text)
  if (faults.length > 0) return faults
  const canonical = formatIp(parseIp(text) as Ip)
  return canonical === text ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`]
}

/** Faults of an address range: an address, a slash and a length. */
export function cidrFaults(text: string): string[] {
  const slash = text.lastIndexOf('/')
  const ip = parseIp(text.slice(0, Math.max(slash, 0)))
  const length = text.slice(slash + 1)
  const bitsMax = ip?.family === 4 && !ip.isMapped ? 32 : 128
  if (slash < 0 || !ip || !/^\d{1,3}$/.test(length) || Number(length) > bitsMax) {
    return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']
  }
  return []
}
