/** The pod network as CNI plugins read it: a bridge on this machine, addresses from `subnet`, host ports. */
export function toNetworkConfig(bridge: string, subnet: string, addressFolder: string): string {
  return `${JSON.stringify(
    {
      cniVersion: '0.4.0',
      name: bridge,
      plugins: [
        {
          type: 'bridge',
          bridge,
          isGateway: true,
          ipMasq: true,
          hairpinMode: true,
          ipam: {
            type: 'host-local',
            dataDir: addressFolder,
            ranges: [[{ subnet }]],
            routes: [{ dst: '0.0.0.0/0' }],
          },
        },
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    },
    null,
    2,
  )}\n`
}

/** The subnet that a network configuration gives addresses from. */
export function subnetOf(config: string): string | undefined {
  return /"subnet": "([^"]+)"/.exec(config)?.[1]
}

/** An IPv4 network: its address and mask as unsigned numbers. */
interface Network {
  readonly address: number
  readonly mask: number
}

/**
 * The first of 10.244.N.0/24, 10.245.N.0/24 ... that no route of this machine touches. A network without pods has no
 * route yet, so clusters that start at the same time should come with an N each.
 * @param routes the text of /proc/net/route
 */
export function freeSubnet(routes: string, third = 0): string {
  const taken = routedNetworks(routes)
  for (let step = 0; step < 256; step++) {
    const second = (244 + step) % 256
    const wanted = { address: ((10 << 24) | (second << 16) | (third << 8)) >>> 0, mask: 0xffffff00 }
    if (!taken.some((network) => overlap(network, wanted))) return `10.${second}.${third}.0/24`
  }
  throw new Error('every candidate for the pod network is routed elsewhere: choose one with --pod-cidr')
}

/** Destinations of the routing table; the default route says nothing about what is taken. */
function routedNetworks(routes: string): Network[] {
  return routes
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/))
    .map((cells) => ({ address: littleEndian(cells[1]), mask: littleEndian(cells[7]) }))
    .filter(({ mask }) => mask !== 0)
}

/** The kernel prints addresses in memory order. */
function littleEndian(hex = '0'): number {
  const value = Number.parseInt(hex, 16)
  return (((value & 255) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0
}

function overlap(a: Network, b: Network): boolean {
  const shared = (a.mask & b.mask) >>> 0
  return (a.address & shared) >>> 0 === (b.address & shared) >>> 0
}
