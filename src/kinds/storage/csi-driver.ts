import { duplicate, type FieldError, invalid, notSupported, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { type Cell, defineKind, type Rules } from '../define.ts'
import { resources } from '../gen/resources.ts'
import type { CSIDriver as CsiDriverObject, CSIDriverSpec, TokenRequest } from '../gen/storage-v1.ts'

const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType']
const lifecycleModes = ['Persistent', 'Ephemeral']
const expirySecondsMin = 600
const expirySecondsMax = 2 ** 32
const updateSecondsMin = 10

function* tokenErrors(requests: readonly TokenRequest[]): Iterable<FieldError> {
  const audiences = requests.map(({ audience }) => audience)
  for (const [i, { audience, expirationSeconds: seconds }] of requests.entries()) {
    const path = `spec.tokenRequests[${i}]`
    if (audiences.indexOf(audience) < i) {
      yield duplicate(`${path}.audience`, audience)
      continue
    }
    if (seconds === undefined) continue
    const at = `${path}.expirationSeconds`
    if (seconds < expirySecondsMin) {
      yield invalid(at, seconds, 'may not specify a duration less than 10 minutes')
    }
    if (seconds > expirySecondsMax) {
      yield invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')
    }
  }
}

function* specErrors(spec: CSIDriverSpec): Iterable<FieldError> {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [] } = spec
  if (spec.attachRequired === undefined) yield required('spec.attachedRequired')
  if (spec.podInfoOnMount === undefined) yield required('spec.podInfoOnMount')
  if (spec.storageCapacity === undefined) yield required('spec.storageCapacity')
  if (fsGroupPolicy !== undefined && !groupPolicies.includes(fsGroupPolicy)) {
    yield notSupported('spec.fsGroupPolicy', fsGroupPolicy, groupPolicies)
  }
  yield* tokenErrors(tokenRequests)
  for (const mode of volumeLifecycleModes) {
    if (!lifecycleModes.includes(mode)) yield notSupported('spec.volumeLifecycleModes', mode, lifecycleModes)
  }
  if (spec.seLinuxMount === undefined) yield required('spec.seLinuxMount')
  const { nodeAllocatableUpdatePeriodSeconds: seconds, serviceAccountTokenInSecrets: inSecrets } = spec
  if (seconds !== undefined && seconds < updateSecondsMin) {
    const text = `must be greater than or equal to ${updateSecondsMin} seconds`
    yield invalid('spec.nodeAllocatableUpdatePeriodSeconds', seconds, text)
  }
  if (inSecrets !== undefined && tokenRequests.length === 0) {
    const text = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified'
    yield invalid('spec.serviceAccountTokenInSecrets', inSecrets, text)
  }
}

const rules: Rules<CsiDriverObject> = {
  prepareCreate({ spec }) {
    // A feature that is off.
    delete spec.preventPodSchedulingIfMissing
  },
  prepareUpdate(next, old) {
    if (old.spec.preventPodSchedulingIfMissing === undefined) delete next.spec.preventPodSchedulingIfMissing
    if (!equal(next.spec, old.spec)) next.metadata.generation = (old.metadata.generation ?? 0) + 1
  },
  validate: ({ spec }) => specErrors(spec),
  *validateUpdate({ spec: next }, { spec: old }) {
    if (next.attachRequired !== old.attachRequired) {
      yield invalid('spec.attachedRequired', next.attachRequired, 'field is immutable')
    }
    if (!equal(next.volumeLifecycleModes, old.volumeLifecycleModes)) {
      yield invalid('spec.volumeLifecycleModes', next.volumeLifecycleModes, 'field is immutable')
    }
  },
}

const joined = (texts: readonly string[] | undefined, none: string) =>
  texts === undefined || texts.length === 0 ? none : texts.join(',')

const cells: Record<string, Cell<CsiDriverObject>> = {
  AttachRequired: ({ spec }) => spec.attachRequired ?? true,
  PodInfoOnMount: ({ spec }) => spec.podInfoOnMount ?? false,
  StorageCapacity: ({ spec }) => spec.storageCapacity ?? false,
  TokenRequests: ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
  RequiresRepublish: ({ spec }) => spec.requiresRepublish ?? false,
  Modes: ({ spec }) => joined(spec.volumeLifecycleModes, '<none>'),
}

/** CSIDriver: what a storage driver needs of the cluster. */
export const csiDriver = defineKind<CsiDriverObject>(resources['storage.k8s.io/v1/csidrivers'], {
  cells,
  rules,
})
