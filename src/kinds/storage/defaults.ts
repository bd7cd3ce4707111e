import type { HandRule } from '#schema/default'
import type { CSIDriver } from '../gen/storage-v1.ts'

function csiDriver({ spec }: CSIDriver): void {
  if (spec) spec.seLinuxMount ??= false
}

/** Defaults of storage.k8s.io that no table can tell. */
export const storageDefaults: Readonly<Record<string, HandRule>> = {
  'io.k8s.api.storage.v1.CSIDriver': { after: csiDriver },
}
