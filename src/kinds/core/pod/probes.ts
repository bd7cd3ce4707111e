import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { headerNameFaults, portFaults } from '#schema/field-names'
import { eachFault } from '../../each-fault.ts'
import type { Container, HTTPGetAction, LifecycleHandler, Probe } from '../../gen/core-v1.ts'
import type { Surroundings } from './surroundings.ts'

const schemes = ['HTTP', 'HTTPS']

function* httpErrors(action: HTTPGetAction, path: string): Iterable<FieldError> {
  const { port, scheme = '', httpHeaders = [] } = action
  if ((action.path ?? '') === '') yield required(`${path}.path`)
  yield* eachFault(`${path}.port`, port, portFaults(port))
  if (!schemes.includes(scheme)) yield notSupported(`${path}.scheme`, scheme, schemes)
  for (const { name } of httpHeaders) yield* eachFault(`${path}.httpHeaders`, name, headerNameFaults(name))
}

type Handler = LifecycleHandler & Pick<Probe, 'grpc'>

type Check = (handler: Handler, path: string, graceSeconds: number | undefined) => Iterable<FieldError>

/** The faults of each way to ask a container something. */
const checks: { readonly [name in keyof Handler]-?: Check } = {
  *exec({ exec }, path) {
    if ((exec?.command?.length ?? 0) === 0) yield required(`${path}.command`)
  },
  *httpGet({ httpGet }, path) {
    if (httpGet) yield* httpErrors(httpGet, path)
  },
  *tcpSocket({ tcpSocket }, path) {
    if (tcpSocket) yield* eachFault(`${path}.port`, tcpSocket.port, portFaults(tcpSocket.port))
  },
  *grpc({ grpc }, path) {
    if (grpc) yield* eachFault(`${path}.port`, grpc.port, portFaults(grpc.port))
  },
  *sleep({ sleep }, path, graceSeconds) {
    if (!sleep || graceSeconds === undefined) return
    if (sleep.seconds >= 0 && sleep.seconds <= graceSeconds) return
    const text = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`
    yield invalid(path, sleep.seconds, text)
  },
}

const order = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const

/** Exactly one handler, and that one sound. */
function* handlerErrors(
  handler: Handler,
  graceSeconds: number | undefined,
  path: string,
): Iterable<FieldError> {
  const [first, ...more] = order.filter((name) => handler[name] !== undefined)
  if (first === undefined) {
    yield required(path, 'must specify a handler type')
    return
  }
  yield* checks[first](handler, `${path}.${first}`, graceSeconds)
  for (const name of more) {
    yield fieldForbidden(`${path}.${name}`, 'may not specify more than 1 handler type')
  }
}

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

function* probeErrors(probe: Probe, graceSeconds: number | undefined, path: string): Iterable<FieldError> {
  yield* handlerErrors(probe, graceSeconds, path)
  for (const name of counts) {
    const value = probe[name] ?? 0
    if (value < 0) yield invalid(`${path}.${name}`, value, 'must be greater than or equal to 0')
  }
  const grace = probe.terminationGracePeriodSeconds
  if (grace !== undefined && grace <= 0) {
    yield invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')
  }
}

/** Faults of the hooks and probes of a container that runs as long as its pod. */
export function* probesErrors(
  container: Container,
  { graceSeconds }: Surroundings,
  path: string,
): Iterable<FieldError> {
  const { postStart, preStop } = container.lifecycle ?? {}
  if (postStart) yield* handlerErrors(postStart, graceSeconds, `${path}.lifecycle.postStart`)
  if (preStop) yield* handlerErrors(preStop, graceSeconds, `${path}.lifecycle.preStop`)
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[name]
    if (!probe) continue
    const at = `${path}.${name}`
    yield* probeErrors(probe, graceSeconds, at)
    if (name !== 'readinessProbe' && probe.successThreshold !== 1) {
      yield invalid(`${at}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')
    }
    const grace = probe.terminationGracePeriodSeconds
    if (name === 'readinessProbe' && grace !== undefined) {
      yield invalid(`${at}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')
    }
  }
}
