import { duplicate, type FieldError, invalid, required } from '#base/field-error'
import { portNameFaults, portNumberFaults } from '#schema/field-names'
import { eachFault } from '../../each-fault.ts'
import type { Container, ContainerPort, PodSpec } from '../../gen/core-v1.ts'
import { protocolErrors } from '../protocol.ts'

function* portErrors(port: ContainerPort, names: Set<string>, path: string): Iterable<FieldError> {
  const { name = '', containerPort, hostPort = 0, protocol = '' } = port
  if (name !== '') {
    const faults = portNameFaults(name)
    yield* eachFault(`${path}.name`, name, faults)
    if (faults.length === 0 && names.has(name)) yield duplicate(`${path}.name`, name)
    if (faults.length === 0) names.add(name)
  }
  if (containerPort === 0) yield required(`${path}.containerPort`)
  else yield* eachFault(`${path}.containerPort`, containerPort, portNumberFaults(containerPort))
  if (hostPort !== 0) yield* eachFault(`${path}.hostPort`, hostPort, portNumberFaults(hostPort))
  yield* protocolErrors(protocol, `${path}.protocol`)
}

/** Faults of the ports of a container. */
export function* portsErrors({ ports = [] }: Container, path: string): Iterable<FieldError> {
  const names = new Set<string>()
  for (const [i, port] of ports.entries()) yield* portErrors(port, names, `${path}.ports[${i}]`)
}

/** Ports of the host that containers would take from each other. */
export function* hostPortConflicts(containers: readonly Container[], path: string): Iterable<FieldError> {
  const seen = new Set<string>()
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { hostPort = 0, protocol = '', hostIP = '' }] of ports.entries()) {
      const taken = `${protocol}/${hostIP}/${hostPort}`
      if (hostPort === 0) continue
      if (seen.has(taken)) yield duplicate(`${path}[${i}].ports[${j}].hostPort`, taken)
      seen.add(taken)
    }
  }
}

/** On the host's network a container's port is the host's. */
export function* hostNetworkErrors({ hostNetwork, containers }: PodSpec): Iterable<FieldError> {
  if (!hostNetwork) return
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { hostPort = 0, containerPort }] of ports.entries()) {
      if (hostPort === containerPort) continue
      const path = `spec.containers[${i}].ports[${j}].hostPort`
      yield invalid(path, hostPort, 'must match `containerPort` when `hostNetwork` is true')
    }
  }
}
