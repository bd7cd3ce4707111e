import type { AdmissionPlugin } from './plugin.ts'

/** New volumes, claims and the like get a finalizer, so that they stay while something uses them. */
export const inUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate({ call, operation, object }) {
    const { inUseFinalizer } = call.kind
    if (!inUseFinalizer || operation !== 'CREATE' || !object) return
    const { finalizers = [] } = object.metadata
    if (!finalizers.includes(inUseFinalizer)) object.metadata.finalizers = [...finalizers, inUseFinalizer]
  },
}
