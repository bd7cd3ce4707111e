import { isIP } from 'node:net'
import type { HttpRequest } from '#base/http'

/**
 * Where a request comes from: the addresses that proxies on its way have noted, which anybody may have made up, and the
 * address of its connection last.
 */
export function sourceAddresses({ headers, peer }: HttpRequest): string[] {
  const noted = (headers['x-forwarded-for'] ?? '').split(/[,\n]/).map((one) => one.trim())
  const out = noted.filter((one) => isIP(one) !== 0)
  const real = (headers['x-real-ip'] ?? '').trim()
  if (isIP(real) !== 0 && !out.includes(real)) out.push(real)
  if (out.at(-1) !== peer.address && isIP(peer.address) !== 0) out.push(peer.address)
  return out
}
