// Pods that pass all Pod Security Standards, but for what a test gives them.
import type { SecuredPod } from '#kinds/core/pod/security/check'
import { faultsOf, faultWords } from '#kinds/core/pod/security/evaluate'
import type { Standard } from '#kinds/core/pod/security/policy'

/** A tree of fields. */
export type Fields = Record<string, unknown>

/** Merges trees; values of the second go before those of the first, undefined takes a member away. */
function merged(base: Fields, more: Fields): Fields {
  const result: Fields = { ...base }
  for (const [key, value] of Object.entries(more)) {
    const old = result[key]
    const isTree = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one)
    if (value === undefined) delete result[key]
    else result[key] = isTree(old) && isTree(value) ? merged(old as Fields, value as Fields) : value
  }
  return result
}

const goodContainer: Fields = {
  image: 'x',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
}
const goodPod: Fields = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
}

/** Where containers stand. */
export const places = ['initContainers', 'containers', 'ephemeralContainers'] as const

/** A pod that passes, with one container in each place, one of which and the pod itself have more. */
export function podOf(more: {
  place?: (typeof places)[number]
  container?: Fields
  pod?: Fields
  annotations?: Fields
}) {
  const spec: Fields = merged(goodPod, more.pod ?? {})
  for (const place of places) {
    const own = place === more.place ? (more.container ?? {}) : {}
    spec[place] = [{ name: place, ...merged(goodContainer, own) }]
  }
  return { metadata: { annotations: more.annotations ?? {} }, spec } as unknown as SecuredPod
}

/** What a level says of a pod. */
export const words = (pod: SecuredPod, level: Standard['level'], version: Standard['version'] = 'latest') =>
  faultWords(faultsOf(pod, { level, version }))

/** Fields of a security context. */
export const context = (fields: Fields): Fields => ({ securityContext: fields })

/** A handler that asks a host. */
export const httpGet = (host: string) => ({ httpGet: { port: 80, host } })
