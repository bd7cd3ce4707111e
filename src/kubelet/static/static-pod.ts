import { createHash } from 'node:crypto'
import { validateMeta } from '#kinds/meta'
import { pod as podKind } from '#kinds/core/pod/index'
import type { Pod } from '#kinds/gen/core-v1'
import { decode } from '#schema/decode'
import { stringifyJson } from '#schema/json'
import type { Json } from '#schema/object'
import { withStructural } from '#schema/structural'

/** Names of annotations by which static pods and their pictures in the API know each other. */
export const configAnnotations = {
  source: 'kubernetes.io/config.source',
  mirror: 'kubernetes.io/config.mirror',
  hash: 'kubernetes.io/config.hash',
  seen: 'kubernetes.io/config.seen',
} as const

/** Where and when a manifest was read. */
export interface ManifestOrigin {
  readonly nodeName: string
  /** The file, or the URL. */
  readonly path: string
  /** A file unless it says otherwise. */
  readonly source?: 'file' | 'http'
  /** Milliseconds since 1970. */
  readonly seenAt: number
}

/** The pods of a manifest: one, or those of a list. @throws Error saying what is wrong with it. */
export function toStaticPods(manifest: Json, origin: ManifestOrigin): Pod[] {
  const { apiVersion, kind, items } = (manifest ?? {}) as {
    apiVersion?: unknown
    kind?: unknown
    items?: unknown
  }
  if (apiVersion !== 'v1' || (kind !== 'Pod' && kind !== 'PodList' && kind !== 'List'))
    throw new Error(
      `invalid pod: apiVersion and kind must be v1 and Pod, got ${String(apiVersion)} and ${String(kind)}`,
    )
  if (kind === 'Pod') return [toStaticPod(manifest, origin)]
  if (!Array.isArray(items)) throw new Error(`invalid pod list: it has no items`)
  return items.map((item) =>
    toStaticPod({ apiVersion: 'v1', kind: 'Pod', ...(item as object) } as Json, origin),
  )
}

/** A manifest's pod as this node runs it: bound here, named after the node, known by a hash of what it says. */
function toStaticPod(manifest: Json, origin: ManifestOrigin): Pod {
  const { nodeName, path, seenAt, source = 'file' } = origin
  const { object, strict } = decode(podKind.type, manifest)
  if (strict.length > 0) throw new Error(strict.join(', '))
  const pod = object as unknown as Pod
  const { metadata } = pod
  const hash = createHash('md5')
    .update(`${source === 'file' ? `host:${nodeName}file` : 'url'}:${path}${stringifyJson(pod)}`)
    .digest('hex')
  metadata.uid ||= hash
  metadata.name = `${metadata.name ?? ''}-${nodeName.toLowerCase()}`
  metadata.namespace ||= 'default'
  metadata.annotations = {
    ...metadata.annotations,
    [configAnnotations.hash]: metadata.uid,
    [configAnnotations.seen]: new Date(seenAt).toISOString(),
    [configAnnotations.source]: source,
  }
  const spec = pod.spec as NonNullable<Pod['spec']>
  spec.nodeName = nodeName
  // A static pod is not driven out by taints: nobody but its file decides on it.
  spec.tolerations = [...(spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }]
  podKind.fillIn(pod)
  pod.status = { phase: 'Pending' }
  check(pod, seenAt)
  return pod
}

/** @throws Error naming all that is wrong. */
function check(pod: Pod, now: number): void {
  const own = [
    ...validateMeta(podKind, pod),
    ...(podKind.rules.validate?.(pod, { now, subresource: '' }) ?? []),
  ]
  const errors = withStructural(podKind.type, pod, own)
  if (errors.length === 0) return
  throw new Error(`invalid pod: ${errors.map(({ path, body }) => `${path}: ${body}`).join(', ')}`)
}
