import { type FieldError, fieldForbidden, notSupported } from '#base/field-error'

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

/** How tables show the modes, in their order. */
const shown = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const

/** The access modes of a volume in short. */
export const accessModesText = (has: readonly string[] = []): string =>
  shown
    .filter(([mode]) => has.includes(mode))
    .map(([, short]) => short)
    .join(',')

/** Faults of the ways in which a volume may be used: by one pod alone excludes all others. */
export function* accessModeErrors(has: readonly string[], path: string): Iterable<FieldError> {
  for (const mode of has) if (!modes.includes(mode)) yield notSupported(path, mode, modes)
  const hasOther = has.some((mode) => mode !== 'ReadWriteOncePod' && modes.includes(mode))
  if (hasOther && has.includes('ReadWriteOncePod')) {
    yield fieldForbidden(path, 'may not use ReadWriteOncePod with other access modes')
  }
}

const volumeModes = ['Block', 'Filesystem']

/** Faults of whether a volume is a device or holds files. */
export function* volumeModeErrors(mode: string | undefined, path: string): Iterable<FieldError> {
  if (mode !== undefined && !volumeModes.includes(mode)) yield notSupported(path, mode, volumeModes)
}
