import { isIP } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

/** Interfaces by name, as node:os gives them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/**
 * The addresses that the node is known by: what was asked for, or the name when it is an address, or that of the
 * interface with the default route, or the first that leaves the machine, or loopback.
 * @param routes the text of /proc/net/route
 */
export function nodeAddresses(
  asked: readonly string[],
  name: string,
  routes: string,
  interfaces: Interfaces = networkInterfaces(),
): string[] {
  if (asked.length > 0) return [...asked]
  if (isIP(name) > 0) return [name]
  const usable = (list: readonly NetworkInterfaceInfo[] = []) =>
    list.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address)
  const [routed] = usable(interfaces[defaultInterface(routes) ?? ''])
  const [first] = Object.values(interfaces).flatMap(usable)
  return [routed ?? first ?? '127.0.0.1']
}

/** The interface of the default route. */
function defaultInterface(routes: string): string | undefined {
  const rows = routes.split('\n').map((line) => line.split('\t'))
  return rows.find((cells) => cells[1] === '00000000' && cells[7] === '00000000')?.[0]
}
