import type { Factory } from '../factory.ts'
import type { Io } from '../io.ts'
import type { ManifestOptions } from './manifest.ts'

/** A call of a command that takes `-f`. */
interface FileCall {
  readonly values: { readonly filename: readonly string[]; readonly recursive: boolean }
  readonly factory: Factory
  readonly io: Io
}

/** How the manifests of a call are read: into the user's namespace, which is enforced when it was asked for. */
export async function manifestsOf(
  { values, factory, io }: FileCall,
  more: Pick<ManifestOptions, 'validates' | 'selector'> = {},
): Promise<ManifestOptions> {
  const { namespace, isGiven } = await factory.namespace()
  return {
    files: values.filename,
    isRecursive: values.recursive,
    io,
    mapper: await factory.mapper(),
    namespace,
    enforceNamespace: isGiven,
    ...more,
  }
}
