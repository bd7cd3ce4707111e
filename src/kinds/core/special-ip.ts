import { type FieldError, invalid } from '#base/field-error'
import { type Ip, parseIp } from '#schema/ip'

const isLoopback = ({ family, parts }: Ip) =>
  family === 4 ? parts[0] === 127 : parts.every((part, i) => part === (i === 7 ? 1 : 0))
const isLinkLocal = ({ family, parts }: Ip) =>
  family === 4 ? parts[0] === 169 && parts[1] === 254 : ((parts[0] as number) & 0xffc0) === 0xfe80
const isLinkLocalMulticast = ({ family, parts }: Ip) =>
  family === 4
    ? parts[0] === 224 && parts[1] === 0 && parts[2] === 0
    : ((parts[0] as number) & 0xff0f) === 0xff02

/** Faults of an address that no endpoint of a service may have: one that means this machine or this link only. */
export function* specialIpErrors(text: string, path: string): Iterable<FieldError> {
  const ip = parseIp(text)
  if (ip === undefined) {
    yield invalid(path, text, 'must be a valid IP address')
    return
  }
  if (ip.parts.every((part) => part === 0)) {
    yield invalid(path, text, `may not be unspecified (${text})`)
  }
  if (isLoopback(ip)) yield invalid(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')
  if (isLinkLocal(ip)) {
    yield invalid(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')
  }
  if (isLinkLocalMulticast(ip)) {
    yield invalid(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')
  }
}
