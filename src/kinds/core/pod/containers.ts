import {
  duplicate,
  type FieldError,
  fieldForbidden,
  fieldNotFound,
  invalid,
  notSupported,
  required,
} from '#base/field-error'
import { dnsLabelFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { Container, EphemeralContainer, PodSpec } from '../../gen/core-v1.ts'
import { environmentErrors } from './environment.ts'
import { deviceErrors, mountErrors } from './mounts.ts'
import { hostPortConflicts, portsErrors } from './ports.ts'
import { probesErrors } from './probes.ts'
import { resizePolicyErrors, resourceErrors } from './resources.ts'
import { restartErrors } from './restart.ts'
import { securityErrors } from './security.ts'
import type { Surroundings } from './surroundings.ts'

const messagePolicies = ['File', 'FallbackToLogsOnError']
const pullPolicies = ['Always', 'IfNotPresent', 'Never']

function* choiceErrors(value: string, choices: readonly string[], path: string): Iterable<FieldError> {
  if (value === '') yield required(path)
  else if (!choices.includes(value)) yield notSupported(path, value, choices)
}

/** Faults of what all sorts of containers have. */
function* commonErrors(container: Container, around: Surroundings, path: string): Iterable<FieldError> {
  const { name, image = '', terminationMessagePolicy = '', imagePullPolicy = '' } = container
  if (name === '') yield required(`${path}.name`)
  else yield* eachFault(`${path}.name`, name, dnsLabelFaults(name))
  if (image === '') yield required(`${path}.image`)
  yield* choiceErrors(terminationMessagePolicy, messagePolicies, `${path}.terminationMessagePolicy`)
  yield* portsErrors(container, path)
  yield* environmentErrors(container, path)
  yield* mountErrors(container, around, path)
  yield* deviceErrors(container, around, path)
  yield* choiceErrors(imagePullPolicy, pullPolicies, `${path}.imagePullPolicy`)
  yield* resourceErrors(container, around.claimNames, path)
  yield* resizePolicyErrors(container, around.restartPolicy, path)
  yield* securityErrors(container.securityContext, around, `${path}.securityContext`)
}

/** Faults of an image's name in a pod: a template may be more lenient. */
function* paddingErrors({ image = '' }: Container, path: string): Iterable<FieldError> {
  if (image !== image.trim()) {
    yield invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')
  }
}

/** Faults of the containers that make up a pod. */
export function* containersErrors({ containers }: PodSpec, around: Surroundings): Iterable<FieldError> {
  const path = 'spec.containers'
  if (containers.length === 0) yield required(path)
  const names = new Set<string>()
  for (const [i, container] of containers.entries()) {
    const at = `${path}[${i}]`
    yield* commonErrors(container, around, at)
    if (names.has(container.name)) yield duplicate(`${at}.name`, container.name)
    names.add(container.name)
    yield* probesErrors(container, around, at)
    yield* restartErrors(container, at)
  }
  yield* hostPortConflicts(containers, path)
  for (const [i, container] of containers.entries()) yield* paddingErrors(container, `${path}[${i}]`)
}

const onlySidecars = 'may not be set for init containers without restartPolicy=Always'

/** Faults of the containers that prepare a pod, or run beside it. */
export function* initContainersErrors(
  { initContainers = [], containers }: PodSpec,
  around: Surroundings,
): Iterable<FieldError> {
  const path = 'spec.initContainers'
  const names = new Set(containers.map(({ name }) => name))
  for (const [i, container] of initContainers.entries()) {
    const at = `${path}[${i}]`
    yield* commonErrors(container, around, at)
    yield* restartErrors(container, at)
    if (names.has(container.name)) yield duplicate(`${at}.name`, container.name)
    else if (container.name !== '') names.add(container.name)
    yield* hostPortConflicts([container], path)
    if (container.restartPolicy === 'Always') {
      yield* probesErrors(container, around, at)
      continue
    }
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[name] !== undefined) yield fieldForbidden(`${at}.${name}`, onlySidecars)
    }
  }
  for (const [i, container] of initContainers.entries()) yield* paddingErrors(container, `${path}[${i}]`)
}

const notForVisitors = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const

const isSet = (value: unknown) =>
  value !== undefined && (typeof value !== 'object' || Object.keys(value as object).length > 0)

function* visitorErrors(container: EphemeralContainer, path: string): Iterable<FieldError> {
  const text = 'cannot be set for an Ephemeral Container'
  for (const name of notForVisitors) {
    if (isSet(container[name])) yield fieldForbidden(`${path}.${name}`, text)
  }
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${path}.volumeMounts[${i}]`
    if (mount.subPath) yield fieldForbidden(`${at}.subPath`, text)
    if (mount.subPathExpr) yield fieldForbidden(`${at}.subPathExpr`, text)
  }
}

/** Faults of the containers that someone has put into a running pod. */
export function* ephemeralContainersErrors(spec: PodSpec, around: Surroundings): Iterable<FieldError> {
  const others = new Set([...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name))
  const names = new Set(others)
  for (const [i, container] of (spec.ephemeralContainers ?? []).entries()) {
    const path = `spec.ephemeralContainers[${i}]`
    const { name, targetContainerName = '' } = container
    yield* commonErrors(container, around, path)
    yield* paddingErrors(container, path)
    if (names.has(name)) yield duplicate(`${path}.name`, name)
    names.add(name)
    if (targetContainerName !== '' && !others.has(targetContainerName)) {
      yield fieldNotFound(`${path}.targetContainerName`, targetContainerName)
    }
    yield* visitorErrors(container, path)
  }
}
