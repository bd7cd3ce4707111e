import type { PersistentVolume } from '../gen/core-v1.ts'
import { oldNodeLabels } from './old-node-labels.ts'
import { oldVolumeSources } from './old-volume-sources.ts'
import { classAnnotation, classAnnotationWarning } from './storage-class-annotation.ts'
import { fractionWarnings } from './volume-amounts.ts'

const optionsAnnotation = 'volume.beta.kubernetes.io/mount-options'

/** Sources whose drivers are no more, in the order in which one is told of. */
const oldSources = ['cephfs', 'photonPersistentDisk', 'scaleIO', 'storageos', 'glusterfs', 'rbd'] as const

function* nodeLabelWarnings({ spec }: PersistentVolume): Iterable<string> {
  for (const [i, term] of (spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) {
    for (const [j, { key }] of (term.matchExpressions ?? []).entries()) {
      const text = oldNodeLabels[key]
      if (text === undefined) continue
      yield `spec.nodeAffinity.required.nodeSelectorTerms[${i}].matchExpressions[${j}].key: ${key} is ${text}`
    }
  }
}

/** What is legal in a persistent volume but unwise, in upstream's words. */
export function* volumeWarnings(volume: PersistentVolume): Iterable<string> {
  const { metadata, spec = {} } = volume
  if (metadata.annotations?.[classAnnotation] !== undefined) yield classAnnotationWarning
  if (metadata.annotations?.[optionsAnnotation] !== undefined) {
    yield `metadata.annotations[${optionsAnnotation}]: deprecated since v1.31; use "mountOptions" attribute instead`
  }
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    yield 'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.'
  }
  yield* nodeLabelWarnings(volume)
  const old = oldSources.find((name) => spec[name] !== undefined)
  if (old !== undefined) yield `spec.${old}: ${oldVolumeSources[old]}`
  yield* fractionWarnings(spec.capacity?.['storage'], 'spec.capacity[storage]')
}
