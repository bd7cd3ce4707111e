import type { Container, Probe } from '#kinds/gen/core-v1'
import type { Runtime } from '../contract.ts'
import { execProbe } from './exec-probe.ts'
import { grpcProbe } from './grpc-probe.ts'
import { httpProbe } from './http-probe.ts'
import type { Attempt } from './outcome.ts'
import { tcpProbe } from './tcp-probe.ts'

/** What a probe asks. */
export interface ProbeTarget {
  readonly runtime: Pick<Runtime, 'execSync'>
  readonly containerId: string
  readonly container: Container
  /** Where the pod is reached; the node's address on the host's network. */
  readonly podIP: string
}

/** Seconds that one try may take. */
export const timeoutSecondsOf = ({ timeoutSeconds = 1 }: Probe): number => timeoutSeconds

/** How a probe asks its container. @throws Error for a port that the container does not name. */
export function attemptOf(probe: Probe, target: ProbeTarget): Attempt {
  const { runtime, containerId, container, podIP } = target
  const seconds = timeoutSecondsOf(probe)
  const { exec, httpGet, tcpSocket, grpc } = probe
  if (exec) return execProbe(runtime, containerId, exec.command ?? [], seconds)
  if (httpGet) {
    const { host = podIP, path = '/', scheme = 'HTTP', port, httpHeaders: headers = [] } = httpGet
    return httpProbe({
      scheme: scheme === 'HTTPS' ? 'https' : 'http',
      host,
      port: portOf(port, container),
      path,
      headers,
    })
  }
  if (tcpSocket) return tcpProbe(tcpSocket.host ?? podIP, portOf(tcpSocket.port, container))
  if (grpc) return grpcProbe(podIP, grpc.port, grpc.service ?? '', seconds)
  throw new Error(`missing probe handler for ${container.name}`)
}

/** A port by number, or by the name that the container gives it. */
function portOf(port: number | string, { ports = [] }: Container): number {
  if (typeof port === 'number') return port
  const found = ports.find(({ name }) => name === port)?.containerPort ?? Number(port)
  if (!Number.isInteger(found) || found <= 0 || found > 65_535)
    throw new Error(`couldn't find port: ${JSON.stringify(port)}`)
  return found
}
