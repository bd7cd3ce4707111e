import type { Container, ContainerPort } from '../../gen/core-v1.ts'

/** How two ports of the same number and protocol stand to each other; undefined when they go together. */
function clash(a: ContainerPort, b: ContainerPort): string | undefined {
  const { hostIP: ipA = '', hostPort: portA = 0 } = a
  const { hostIP: ipB = '', hostPort: portB = 0 } = b
  if (ipA === ipB && portA === portB) return 'duplicate'
  if (portA === 0 || portB === 0) return 'overlapping'
  return portA === portB && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous' : undefined
}

/** Ports of a pod's containers that are in each other's way, or say what cannot be. */
export function* portWarnings(containers: Iterable<readonly [Container, string]>): Iterable<string> {
  const seen = new Map<string, { readonly port: ContainerPort; readonly path: string }[]>()
  for (const [{ ports = [] }, containerPath] of containers) {
    for (const [i, port] of ports.entries()) {
      const path = `${containerPath}.ports[${i}]`
      if (port.hostIP && !port.hostPort) {
        const { name = '', containerPort, protocol = '' } = port
        const shown = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${port.hostIP}}`
        yield `${path}: hostIP set without hostPort: ${shown}`
      }
      const key = `${port.containerPort}/${port.protocol}`
      const others = seen.get(key) ?? []
      for (const other of others) {
        const how = clash(port, other.port)
        if (how !== undefined) yield `${path}: ${how} port definition with ${other.path}`
      }
      seen.set(key, [...others, { port, path }])
    }
  }
}
