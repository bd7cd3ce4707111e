import { formatQuantity, parseQuantity, roundToMilli } from '#base/quantity'
import { type Defaulter, type HandRule, defaulter } from '#schema/default'
import { copy } from '#schema/copy'
import { defaultPullPolicy } from './core/image-name.ts'
import { limitRangeItemDefaults } from './core/limit-range-defaults.ts'
import { fillTemplate } from './core/pod/template-holder.ts'
import { defaultPodResources } from './core/pod/resource-totals.ts'
import { defaultOrder, defaultRules, podSpecSteps } from './gen/defaults.ts'
import { apiextensionsDefaults } from './apiextensions/defaults.ts'
import { appsDefaults } from './apps/defaults.ts'
import { autoscalingDefaults } from './autoscaling/defaults.ts'
import { batchDefaults } from './batch/defaults.ts'
import { flowcontrolDefaults } from './flowcontrol/defaults.ts'
import { networkingDefaults } from './networking/defaults.ts'
import { rbacDefaults } from './rbac/defaults.ts'
import { resourceDefaults } from './resource/defaults.ts'
import { storageDefaults } from './storage/defaults.ts'
import type {
  Container,
  Namespace,
  NodeStatus,
  Pod,
  PodSpec,
  ReplicationController,
  Service,
  Volume,
} from './gen/core-v1.ts'

function container(value: Container): void {
  value.imagePullPolicy ||= defaultPullPolicy(value.image ?? '')
}

/** Amounts are kept in thousandths at the finest. */
function resourceList(value: Record<string, string>): void {
  for (const [name, text] of Object.entries(value)) {
    const quantity = parseQuantity(text)
    if (quantity) value[name] = formatQuantity(roundToMilli(quantity))
  }
}

const volumeSources = (value: Volume) =>
  Object.entries(value).filter(([name, source]) => name !== 'name' && source !== undefined)

function volume(value: Volume): void {
  if (volumeSources(value).length === 0) value.emptyDir = {}
  const { image } = value
  if (image) image.pullPolicy ||= defaultPullPolicy(image.reference ?? '')
}

function requestsFromLimits({ resources }: Container): void {
  const { limits } = resources ?? {}
  if (!resources || !limits || Object.keys(limits).length === 0) return
  resources.requests = { ...limits, ...resources.requests }
}

function pod(value: Pod): void {
  const { spec } = value
  if (!spec) return
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  for (const one of containers) requestsFromLimits(one)
  defaultPodResources(spec)
  spec.enableServiceLinks ??= true
  if (!spec.hostNetwork) return
  for (const { ports } of containers) {
    for (const port of ports ?? []) port.hostPort ||= port.containerPort
  }
}

/** Two fields name the account; the newer one counts, and both show it. */
function podSpec(value: PodSpec): void {
  const name = value.serviceAccountName || value.serviceAccount || ''
  if (name === '') return
  value.serviceAccountName = name
  value.serviceAccount = name
}

function namespace({ metadata }: Namespace): void {
  const { name = '' } = metadata
  if (name !== '') metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': name }
}

/** A controller that does not say which pods are its own means those that it makes. */
function replicationController(value: ReplicationController): void {
  const { template } = (value.spec ??= {})
  const { labels = {} } = template?.metadata ?? {}
  if (Object.keys(labels).length > 0) {
    if (Object.keys(value.spec.selector ?? {}).length === 0) value.spec.selector = copy(labels)
    if (Object.keys(value.metadata.labels ?? {}).length === 0) value.metadata.labels = copy(labels)
  }
  if (template) fillTemplate(value.spec)
}

function nodeStatus(value: NodeStatus): void {
  if (value.allocatable === undefined && value.capacity !== undefined) {
    value.allocatable = copy(value.capacity)
  }
}

const clientIpTimeoutSeconds = 10_800

function service({ spec, status }: Service): void {
  if (!spec) return
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP') {
    const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? clientIpTimeoutSeconds
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: seconds } }
  }
  for (const port of spec.ports ?? []) port.targetPort ||= port.port
  const isReached = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  const hasExternalIps = spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0
  if (isReached || hasExternalIps) spec.externalTrafficPolicy ||= 'Cluster'
  if (isReached || spec.type === 'ClusterIP') spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type !== 'LoadBalancer') return
  spec.allocateLoadBalancerNodePorts ??= true
  for (const ingress of status?.loadBalancer?.ingress ?? []) {
    if ((ingress.ip ?? '') !== '') ingress.ipMode ??= 'VIP'
  }
}

/** Defaults of a type that no table can tell. */
export const byHand: Readonly<Record<string, HandRule>> = {
  ...appsDefaults,
  ...autoscalingDefaults,
  ...batchDefaults,
  ...flowcontrolDefaults,
  ...networkingDefaults,
  ...rbacDefaults,
  ...resourceDefaults,
  ...storageDefaults,
  ...apiextensionsDefaults,
  'io.k8s.api.core.v1.Container': { before: container },
  'io.k8s.api.core.v1.EphemeralContainer': { before: container },
  'io.k8s.api.core.v1.LimitRangeItem': { after: limitRangeItemDefaults },
  'io.k8s.api.core.v1.Namespace': { after: namespace },
  'io.k8s.api.core.v1.NodeStatus': { after: nodeStatus },
  'io.k8s.api.core.v1.Pod': { after: pod },
  'io.k8s.api.core.v1.PodSpec': { after: podSpec },
  'io.k8s.api.core.v1.ReplicationController': { before: replicationController },
  'io.k8s.api.core.v1.ResourceList': { after: resourceList },
  'io.k8s.api.core.v1.Service': { after: service },
  'io.k8s.api.core.v1.Volume': { after: volume },
}

/** Sets what an object of a type, by its OpenAPI name, leaves unset. */
export const setDefaults: Defaulter = defaulter({
  data: defaultRules,
  order: defaultOrder,
  podSpecSteps,
  byHand,
})
