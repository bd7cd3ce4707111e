// What a driver is asked for, from what the API says of a volume. Pure.
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Pod } from '#kinds/gen/core-v1'
import type { CSIDriver } from '#kinds/gen/storage-v1'
import { capability } from './csi-driver.ts'
import type { VolumeCapabilitySchema } from './gen/csi_pb.ts'

/** A volume of a driver, whether it has an object of its own or lives with its pod. */
export interface CsiSource {
  readonly driver: string
  readonly handle: string
  /** The name under which upstream keeps it: that of its object, or the pod's. */
  readonly name: string
  readonly lifecycle: 'Persistent' | 'Ephemeral'
  readonly fsType: string
  readonly readOnly: boolean
  readonly accessModes: readonly string[]
  readonly mountOptions: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
  readonly stageSecret?: { readonly name?: string; readonly namespace?: string }
  readonly publishSecret?: { readonly name?: string; readonly namespace?: string }
}

const single = { ReadWriteOnce: 1, ReadWriteOncePod: 1 } as const
/** For a driver that tells one pod from several on a node. */
const precise = { ReadWriteOnce: 7, ReadWriteOncePod: 6 } as const
const several = { ReadOnlyMany: 3, ReadWriteMany: 5 } as const

function modeNumber(modes: readonly string[], able: ReadonlySet<number>): number {
  const once = able.has(capability.singleNodeMultiWriter) ? precise : single
  const numbers: Readonly<Record<string, number>> = { ...once, ...several }
  const wanted = ['ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOncePod', 'ReadWriteOnce'].find((mode) =>
    modes.includes(mode),
  )
  return numbers[wanted ?? 'ReadWriteOnce'] ?? 1
}

/** The use that a volume is put to, as a driver is told. */
export function volumeCapability(
  { accessModes, fsType, mountOptions }: CsiSource,
  able: ReadonlySet<number>,
  group: number | undefined,
): MessageInitShape<typeof VolumeCapabilitySchema> {
  const isGiven = group !== undefined && able.has(capability.mountGroup)
  const mount = { fsType, mountFlags: [...mountOptions], volumeMountGroup: isGiven ? String(group) : '' }
  return {
    accessType: { case: 'mount', value: mount },
    accessMode: { mode: modeNumber(accessModes, able) },
  }
}

const prefix = 'csi.storage.k8s.io/'

/** Where a driver that asks for it finds the tokens of the pod. */
export const tokensKey = `${prefix}serviceAccount.tokens`

/** What a driver is told of the pod, if it asks to be. */
export function podContext(
  pod: Pod,
  source: CsiSource,
  driver: CSIDriver | undefined,
): Record<string, string> {
  if (driver?.spec?.podInfoOnMount !== true) return {}
  const { name = '', namespace = '', uid = '' } = pod.metadata
  return {
    [`${prefix}pod.name`]: name,
    [`${prefix}pod.namespace`]: namespace,
    [`${prefix}pod.uid`]: uid,
    [`${prefix}serviceAccount.name`]: pod.spec?.serviceAccountName ?? '',
    [`${prefix}ephemeral`]: String(source.lifecycle === 'Ephemeral'),
  }
}

/** Why a driver does not take a volume of this life; undefined when it does. */
export function lifecycleFault(
  { lifecycle, driver: name }: CsiSource,
  driver: CSIDriver | undefined,
): string | undefined {
  const modes = driver?.spec?.volumeLifecycleModes ?? ['Persistent']
  if (modes.includes(lifecycle)) return undefined
  const known = driver === undefined ? 'no CSIDriver object' : `only supports ${JSON.stringify(modes)}`
  return `volume mode ${JSON.stringify(lifecycle)} not supported by driver ${name} (${known})`
}

/** True when the kubelet itself gives the volume to the pod's group. */
export function isGivenByUs(
  source: CsiSource,
  driver: CSIDriver | undefined,
  able: ReadonlySet<number>,
): boolean {
  if (able.has(capability.mountGroup)) return false
  switch (driver?.spec?.fsGroupPolicy ?? 'ReadWriteOnceWithFSType') {
    case 'File':
      return true
    case 'None':
      return false
    default:
      return source.fsType !== '' && source.accessModes.includes('ReadWriteOnce') && !source.readOnly
  }
}
