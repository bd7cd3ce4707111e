import {
  duplicate,
  type FieldError,
  fieldForbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '#base/field-error'
import { rangeText } from '#schema/field-names'
import { validateLabels } from '#schema/label-rules'
import { dnsLabelFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { RuleContext } from '../../define.ts'
import type { Pod, PodSpec } from '../../gen/core-v1.ts'
import { affinityErrors } from './affinity.ts'
import { annotationRuleErrors } from './annotations.ts'
import { containersErrors, ephemeralContainersErrors, initContainersErrors } from './containers.ts'
import { dnsConfigErrors, dnsPolicyErrors, hostAliasErrors } from './dns.ts'
import { hostNetworkErrors } from './ports.ts'
import { overheadErrors, podResourceErrors } from './resources.ts'
import { restartPolicyErrors } from './restart.ts'
import { gateErrors, spreadErrors, tolerationErrors } from './scheduling.ts'
import { hostUserErrors, podSecurityErrors } from './security.ts'
import { surroundingsOf } from './surroundings.ts'
import { checkVolumes } from './volumes.ts'
import { systemErrors } from './windows.ts'

const int32Max = 2_147_483_647
/** Linux takes no longer host name. */
const hostnameBytesMax = 64

function* claimErrors({ resourceClaims = [] }: PodSpec): Iterable<FieldError> {
  for (const [i, claim] of resourceClaims.entries()) {
    const path = `spec.resourceClaims[${i}]`
    const { name, resourceClaimName, resourceClaimTemplateName } = claim
    if (name === '') yield required(`${path}.name`)
    else if (resourceClaims.findIndex((one) => one.name === name) < i) yield duplicate(`${path}.name`, name)
    else yield* eachFault(`${path}.name`, name, dnsLabelFaults(name))
    const names = [resourceClaimName, resourceClaimTemplateName].filter((one) => one !== undefined)
    if (names.length === 2) {
      const text = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'
      yield invalid(path, claim, text)
    } else if (names.length === 0) {
      yield invalid(path, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`')
    }
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const value = claim[field]
      if (value !== undefined) yield* eachFault(`${path}.${field}`, value, subdomainFaults(value))
    }
  }
}

/** Fields that name another object, or the pod itself on the network. */
const names = [
  ['serviceAccountName', subdomainFaults],
  ['nodeName', subdomainFaults],
  ['hostname', dnsLabelFaults],
  ['subdomain', dnsLabelFaults],
  ['priorityClassName', subdomainFaults],
  ['runtimeClassName', subdomainFaults],
] as const

function* nameErrors(spec: PodSpec): Iterable<FieldError> {
  for (const [field, faultsOf] of names) {
    const value = spec[field]
    if (value) yield* eachFault(`spec.${field}`, value, faultsOf(value))
  }
  const { hostnameOverride: name } = spec
  if (name === undefined) return
  yield* eachFault('spec.hostnameOverride', name, subdomainFaults(name))
  if (name.length > hostnameBytesMax) yield tooLong('spec.hostnameOverride', hostnameBytesMax)
}

function* timeErrors({ activeDeadlineSeconds: seconds }: PodSpec): Iterable<FieldError> {
  if (seconds !== undefined && (seconds < 1 || seconds > int32Max)) {
    yield invalid('spec.activeDeadlineSeconds', seconds, rangeText(1, int32Max))
  }
}

function* preemptionErrors({ preemptionPolicy: policy }: PodSpec): Iterable<FieldError> {
  const policies = ['PreemptLowerPriority', 'Never']
  if (policy === '') yield required('spec.preemptionPolicy')
  else if (policy !== undefined && !policies.includes(policy)) {
    yield notSupported('spec.preemptionPolicy', policy, policies)
  }
}

/** Everything wrong with a pod's specification, of a pod or of a template. */
export function* podSpecErrors(
  spec: PodSpec,
  podName: string,
  { allowPrivileged = true }: RuleContext,
): Iterable<FieldError> {
  if (spec.terminationGracePeriodSeconds === undefined) yield required('spec.terminationGracePeriodSeconds')
  const volumes = checkVolumes(spec, podName)
  const around = surroundingsOf(spec, volumes.sound, allowPrivileged)
  yield* volumes.errors
  yield* claimErrors(spec)
  yield* containersErrors(spec, around)
  yield* initContainersErrors(spec, around)
  yield* ephemeralContainersErrors(spec, around)
  yield* podResourceErrors(spec, around.claimNames)
  yield* hostNetworkErrors(spec)
  yield* restartPolicyErrors(spec)
  yield* dnsPolicyErrors(spec)
  yield* validateLabels(spec.nodeSelector, 'spec.nodeSelector')
  yield* podSecurityErrors(spec)
  yield* affinityErrors(spec.affinity)
  yield* dnsConfigErrors(spec)
  yield* gateErrors(spec)
  yield* spreadErrors(spec)
  yield* hostUserErrors(spec)
  yield* nameErrors(spec)
  yield* timeErrors(spec)
  yield* tolerationErrors(spec.tolerations ?? [])
  yield* hostAliasErrors(spec)
  yield* preemptionErrors(spec)
  if (spec.overhead) yield* overheadErrors(spec.overhead)
  yield* systemErrors(spec)
}

/** A token for the API server belongs to an account. */
function* tokenErrors({ serviceAccountName = '', volumes = [] }: PodSpec): Iterable<FieldError> {
  if (serviceAccountName !== '') return
  for (const [i, { projected }] of volumes.entries()) {
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      const path = `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`
      if (serviceAccountToken) {
        yield fieldForbidden(path, 'must not be specified when serviceAccountName is not set')
      }
    }
  }
}

function* newPodErrors({
  ephemeralContainers = [],
  nodeName,
  schedulingGates = [],
}: PodSpec): Iterable<FieldError> {
  if (ephemeralContainers.length > 0)
    yield fieldForbidden('spec.ephemeralContainers', 'cannot be set on create')
  if (nodeName && schedulingGates.length > 0) {
    yield fieldForbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')
  }
}

const noSpec: PodSpec = { containers: [] }

/** Everything wrong with a pod, whatever it was before. What only its status changes is not looked at again. */
export function* podErrors(pod: Pod, context: RuleContext): Iterable<FieldError> {
  if (context.subresource === 'status' || context.subresource === 'binding') return
  const { metadata, spec = noSpec } = pod
  yield* annotationRuleErrors(pod)
  yield* podSpecErrors(spec, metadata.name ?? '', context)
  yield* tokenErrors(spec)
  if ((metadata.resourceVersion ?? '') === '') yield* newPodErrors(spec)
}
