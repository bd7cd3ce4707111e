import { duplicate, type FieldError, fieldForbidden, invalid } from '#base/field-error'
import { ipFaults } from '#schema/ip'
import { qualifiedNameFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { ContainerStatus, Pod, PodStatus } from '../../gen/core-v1.ts'

const systemConditions = ['PodScheduled', 'Ready', 'Initialized']

function* conditionErrors({ conditions = [] }: PodStatus): Iterable<FieldError> {
  for (const [i, { type }] of conditions.entries()) {
    if (systemConditions.includes(type)) continue
    // The path is upstream's, which looks for conditions among the metadata.
    yield* eachFault(`metadata.conditions[${i}].Type`, type, qualifiedNameFaults(type))
  }
}

/** What has ended for good must not run again. */
function* transitionErrors(
  next: readonly ContainerStatus[] | undefined,
  old: readonly ContainerStatus[] | undefined,
  policyOf: (name: string) => string,
  path: string,
): Iterable<FieldError> {
  for (const [i, { name, state }] of (old ?? []).entries()) {
    const ended = state?.terminated
    const policy = policyOf(name)
    if (!ended || policy === 'Always' || (ended.exitCode !== 0 && policy === 'OnFailure')) continue
    if (next?.some((one) => one.name === name && !one.state?.terminated)) {
      yield fieldForbidden(`${path}[${i}].state`, 'may not be transitioned to non-terminated state')
    }
  }
}

function* addressErrors(addresses: readonly { ip: string }[], path: string): Iterable<FieldError> {
  for (const [i, { ip }] of addresses.entries()) yield* eachFault(`${path}[${i}]`, ip, ipFaults(ip))
  if (addresses.length < 2) return
  const families = new Set(addresses.map(({ ip }) => ip.includes(':')))
  if (families.size < 2 || addresses.length > 2) {
    yield invalid(path, addresses, 'may specify no more than one IP for each IP family')
  }
  for (const [i, address] of addresses.entries()) {
    if (addresses.findIndex(({ ip }) => ip === address.ip) < i) yield duplicate(`${path}[${i}]`, address)
  }
}

function* hostAddressErrors({ hostIP = '', hostIPs = [] }: PodStatus): Iterable<FieldError> {
  const [first] = hostIPs
  if (first && first.ip !== hostIP) {
    yield invalid('status.hostIPs[0].ip', first.ip, 'must be equal to `hostIP`')
  }
  yield* addressErrors(hostIPs, 'status.hostIPs')
}

function* claimErrors({ spec, status }: Pod): Iterable<FieldError> {
  const claims = status?.resourceClaimStatuses ?? []
  for (const [i, { name, resourceClaimName }] of claims.entries()) {
    const path = `status.resourceClaimStatuses[${i}].name`
    if (!spec?.resourceClaims?.some((claim) => claim.name === name)) {
      yield invalid(path, name, 'must match the name of an entry in `spec.resourceClaims`')
    }
    if (claims.findIndex((claim) => claim.name === name) < i) yield duplicate(path, name)
    if (resourceClaimName) yield* eachFault(path, resourceClaimName, subdomainFaults(resourceClaimName))
  }
}

/** Everything wrong with a change of what is known of a pod. */
export function* statusChangeErrors(next: Pod, old: Pod): Iterable<FieldError> {
  const after = next.status ?? {}
  const before = old.status ?? {}
  yield* conditionErrors(after)
  const { nominatedNodeName = '' } = after
  if (nominatedNodeName !== '' && nominatedNodeName !== before.nominatedNodeName) {
    yield* eachFault('status.nominatedNodeName', nominatedNodeName, subdomainFaults(nominatedNodeName))
  }
  if ((after.qosClass ?? '') !== (before.qosClass ?? '')) {
    yield invalid('status.qosClass', after.qosClass ?? '', 'field is immutable')
  }
  const podPolicy = old.spec?.restartPolicy ?? ''
  const containers = [...(old.spec?.containers ?? []), ...(old.spec?.initContainers ?? [])]
  const policyOf = (name: string) => {
    const container = containers.find((one) => one.name === name)
    // Rules of its own may run a container again whatever its policy says.
    return container?.restartPolicyRules?.length ? 'Always' : (container?.restartPolicy ?? podPolicy)
  }
  for (const name of ['containerStatuses', 'initContainerStatuses'] as const) {
    yield* transitionErrors(after[name], before[name], policyOf, `status.${name}`)
  }
  const visitors = 'ephemeralContainerStatuses'
  yield* transitionErrors(after[visitors], before[visitors], () => 'Never', `status.${visitors}`)
  yield* claimErrors(next)
  yield* addressErrors(after.podIPs ?? [], 'status.podIPs')
  yield* hostAddressErrors(after)
}
