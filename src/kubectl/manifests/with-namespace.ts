import type { Manifest } from './manifest.ts'

/** The manifest with its object saying where it goes, as the server would make it say. */
export function withNamespace(manifest: Manifest): Manifest {
  const { namespace, object } = manifest
  if (namespace === undefined) return manifest
  return { ...manifest, object: { ...object, metadata: { ...object.metadata, namespace } } }
}
