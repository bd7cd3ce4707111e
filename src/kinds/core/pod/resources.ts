import {
  duplicate,
  type FieldError,
  fieldForbidden,
  fieldNotFound,
  invalid,
  notSupported,
  required,
} from '#base/field-error'
import { compareQuantity, formatQuantity, parseQuantity, type Quantity } from '#base/quantity'
import { compareBytes } from '#base/byte-order'
import { dnsLabelFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { Container, PodSpec, ResourceClaim, ResourceRequirements } from '../../gen/core-v1.ts'
import {
  amountErrors,
  containerResourceFaults,
  isHugePages,
  isOvercommitAllowed,
  resourceNameFaults,
} from '../resource-names.ts'
import { containerTotals } from './resource-totals.ts'

type NameCheck = (name: string, path: string) => Iterable<FieldError>

const containerName: NameCheck = (name, path) => eachFault(path, name, containerResourceFaults(name))

function* podName(name: string, path: string): Iterable<FieldError> {
  const faults = resourceNameFaults(name)
  yield* eachFault(path, name, faults)
  const isSupported = name === 'cpu' || name === 'memory' || isHugePages(name)
  if (faults.length === 0 && !isSupported) yield notSupported(path, name, ['cpu', 'hugepages-', 'memory'])
}

const zero: Quantity = { nano: 0n, format: 'DecimalSI' }
const amountOf = (text: string | undefined) => (text === undefined ? undefined : parseQuantity(text)) ?? zero

/** Huge pages come in whole pages. */
function* pageErrors(name: string, text: string, path: string): Iterable<FieldError> {
  if (!isHugePages(name)) return
  const size = parseQuantity(name.slice('hugepages-'.length))
  const amount = amountOf(text)
  if (size && size.nano > 0n && amount.nano >= 0n && amount.nano % size.nano === 0n) return
  yield invalid(path, text, `${text} is not positive integer multiple of ${name}`)
}

function* requestErrors(
  name: string,
  request: string,
  limit: string | undefined,
  path: string,
): Iterable<FieldError> {
  const mayOvercommit = isOvercommitAllowed(name)
  if (limit === undefined) {
    if (!mayOvercommit) yield required(`${path}.limits`, 'Limit must be set for non overcommitable resources')
    return
  }
  const order = compareQuantity(amountOf(request), amountOf(limit))
  if (order !== 0 && !mayOvercommit) {
    yield invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`)
  } else if (order > 0) {
    yield invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`)
  }
}

function* claimErrors(
  claims: readonly ResourceClaim[],
  known: ReadonlySet<string>,
  path: string,
): Iterable<FieldError> {
  const seen = new Set<string>()
  for (const [i, { name, request = '' }] of claims.entries()) {
    const at = `${path}.claims[${i}]`
    if (name === '') {
      yield required(at)
      continue
    }
    if (request !== '') yield* eachFault(`${at}.request`, request, dnsLabelFaults(request))
    const key = request === '' ? name : `${name}/${request}`
    const isTaken = [...seen].some(
      (one) => one === name || one === key || (request === '' && one.startsWith(`${name}/`)),
    )
    if (isTaken) yield duplicate(at, seen.has(key) ? key : name)
    seen.add(key)
    if (!known.has(name)) {
      const list = known.size === 0 ? ' which is empty' : `: ${[...known].sort(compareBytes).join(', ')}`
      const error = fieldNotFound(at, name)
      yield { ...error, body: `${error.body}: must be one of the names in pod.spec.resourceClaims${list}` }
    }
  }
}

function* requirementErrors(
  { limits = {}, requests = {}, claims = [] }: ResourceRequirements,
  nameErrors: NameCheck,
  claimNames: ReadonlySet<string>,
  path: string,
): Iterable<FieldError> {
  for (const [name, limit] of Object.entries(limits)) {
    const at = `${path}.limits[${name}]`
    yield* nameErrors(name, at)
    yield* amountErrors(name, limit, at)
    yield* pageErrors(name, limit, at)
  }
  for (const [name, request] of Object.entries(requests)) {
    const at = `${path}.requests[${name}]`
    yield* nameErrors(name, at)
    yield* amountErrors(name, request, at)
    yield* requestErrors(name, request, limits[name], path)
    yield* pageErrors(name, request, at)
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    yield fieldForbidden(path, 'HugePages require cpu or memory')
  }
  yield* claimErrors(claims, claimNames, path)
}

const noClaims: ReadonlySet<string> = new Set()

/** Faults of what a container asks for. */
export const resourceErrors = (
  { resources = {} }: Container,
  claimNames: ReadonlySet<string>,
  path: string,
): Iterable<FieldError> => requirementErrors(resources, containerName, claimNames, `${path}.resources`)

/** Faults of what a pod needs beside its containers. */
export const overheadErrors = (overhead: Record<string, string>): Iterable<FieldError> =>
  requirementErrors({ limits: overhead }, containerName, noClaims, 'spec.overhead')

/** Faults of what a pod asks for as a whole: at least what its containers do. */
export function* podResourceErrors(spec: PodSpec, claimNames: ReadonlySet<string>): Iterable<FieldError> {
  const { resources } = spec
  const path = 'spec.resources'
  if (!resources) return
  if (resources.claims) {
    yield fieldForbidden(`${path}.claims`, 'claims cannot be set for Resources at pod-level')
  }
  yield* requirementErrors(resources, podName, claimNames, path)
  for (const [name, total] of containerTotals(spec, 'requests')) {
    const request = amountOf(resources.requests?.[name])
    const isPodLevel = name === 'cpu' || name === 'memory' || isHugePages(name)
    if (!isPodLevel || compareQuantity(total, request) <= 0) continue
    const text = `must be greater than or equal to aggregate container requests of ${formatQuantity(total)}`
    yield invalid(`${path}.requests[${name}]`, formatQuantity(request), text)
  }
  for (const [i, container] of spec.containers.entries()) {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const most = resources.limits?.[name]
      if (most === undefined || compareQuantity(amountOf(limit), amountOf(most)) <= 0) continue
      const at = `${path}.containers[${i}][${name}].limits`
      yield invalid(at, limit, `must be less than or equal to pod limits of ${most}`)
    }
  }
}

const resizable = ['cpu', 'memory']
const resizePolicies = ['NotRequired', 'RestartContainer']

/** Faults of what a change of resources does to a running container. */
export function* resizePolicyErrors(
  { resizePolicy = [] }: Container,
  restartPolicy: string,
  containerPath: string,
): Iterable<FieldError> {
  const path = `${containerPath}.resizePolicy`
  for (const [i, { resourceName, restartPolicy: policy }] of resizePolicy.entries()) {
    if (resizePolicy.findIndex((one) => one.resourceName === resourceName) < i) {
      yield duplicate(`${path}[${i}]`, resourceName)
    }
    if (resourceName === '') yield required(path)
    else if (!resizable.includes(resourceName)) yield notSupported(path, resourceName, resizable)
    if (policy === '') yield required(path)
    else if (!resizePolicies.includes(policy)) yield notSupported(path, policy, resizePolicies)
    if (restartPolicy === 'Never' && policy !== 'NotRequired') {
      yield invalid(path, policy, "must be 'NotRequired' when `restartPolicy` is 'Never'")
    }
  }
}
