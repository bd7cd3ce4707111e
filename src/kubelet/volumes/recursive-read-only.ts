import type { VolumeMount } from '#kinds/gen/core-v1'
import { VolumeError } from './payload.ts'

/** True when all that is mounted below a mount shall be read-only too. @throws VolumeError when it must be and cannot. */
export function isRecursivelyReadOnly(
  { name, readOnly, recursiveReadOnly = 'Disabled', mountPropagation = 'None' }: VolumeMount,
  isSupported: boolean,
): boolean {
  if (recursiveReadOnly === 'Disabled') return false
  const refuse = (why: string) => {
    throw new VolumeError(`failed to resolve recursive read-only mode: volume ${JSON.stringify(name)} ${why}`)
  }
  if (readOnly !== true) return refuse('requested recursive read-only mode, but it is not read-only')
  if (mountPropagation !== 'None')
    return refuse('requested recursive read-only mode, but it is not compatible with mount propagation')
  if (!isSupported && recursiveReadOnly === 'Enabled')
    return refuse('requested recursive read-only mode, but it is not supported by the runtime')
  return isSupported
}
