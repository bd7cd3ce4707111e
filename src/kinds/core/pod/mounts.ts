import {
  type FieldError,
  fieldForbidden,
  fieldNotFound,
  invalid,
  notSupported,
  required,
} from '#base/field-error'
import type { Container, VolumeDevice, VolumeMount } from '../../gen/core-v1.ts'
import { descendingPathErrors } from './paths.ts'
import type { Surroundings } from './surroundings.ts'

const propagations = ['Bidirectional', 'HostToContainer', 'None']
const recursions = ['Disabled', 'Enabled', 'IfPossible']

function* propagationErrors(mode: string, container: Container, path: string): Iterable<FieldError> {
  if (!propagations.includes(mode)) yield notSupported(path, mode, propagations)
  if (mode === 'Bidirectional' && !container.securityContext?.privileged) {
    yield fieldForbidden(path, 'Bidirectional mount propagation is available only to privileged containers')
  }
}

function* recursionErrors(mount: VolumeMount, path: string): Iterable<FieldError> {
  const { recursiveReadOnly, readOnly, mountPropagation = 'None' } = mount
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return
  if (!recursions.includes(recursiveReadOnly)) {
    yield notSupported(path, recursiveReadOnly, recursions)
    return
  }
  if (!readOnly) yield fieldForbidden(path, 'may only be specified when readOnly is true')
  if (mountPropagation !== 'None') {
    yield fieldForbidden(path, 'may only be specified when mountPropagation is None or not specified')
  }
}

function* subPathErrors(
  mount: VolumeMount,
  isImage: boolean,
  at: string,
  path: string,
): Iterable<FieldError> {
  for (const name of ['subPath', 'subPathExpr'] as const) {
    if (isImage && mount[name]) {
      yield invalid(`${at}.${name}`, mount[name], 'not allowed in image volume sources')
    }
  }
  // Upstream's paths of these lack the mount's index.
  if (mount.subPath) yield* descendingPathErrors(mount.subPath, `${path}.subPath`)
  if (!mount.subPathExpr) return
  if (mount.subPath) {
    yield invalid(`${at}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive')
  }
  yield* descendingPathErrors(mount.subPathExpr, `${path}.subPathExpr`)
}

/** Faults of the places where a container has its volumes. */
export function* mountErrors(
  container: Container,
  { volumes }: Surroundings,
  containerPath: string,
): Iterable<FieldError> {
  const path = `${containerPath}.volumeMounts`
  const devices = container.volumeDevices ?? []
  const mounts = container.volumeMounts ?? []
  for (const [i, mount] of mounts.entries()) {
    const at = `${path}[${i}]`
    const { name, mountPath, mountPropagation } = mount
    if (name === '') yield required(`${at}.name`)
    if (!volumes.has(name)) yield fieldNotFound(`${at}.name`, name)
    if (mountPath === '') yield required(`${at}.mountPath`)
    if (mounts.findIndex((one) => one.mountPath === mountPath) < i) {
      yield invalid(`${at}.mountPath`, mountPath, 'must be unique')
    }
    if (devices.some((device) => device.name === name)) {
      yield invalid(`${at}.name`, name, 'must not already exist in volumeDevices')
    }
    if (devices.some(({ devicePath }) => devicePath === mountPath)) {
      yield invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices')
    }
    yield* subPathErrors(mount, volumes.get(name)?.image !== undefined, at, path)
    if (mountPropagation !== undefined) {
      yield* propagationErrors(mountPropagation, container, `${path}.mountPropagation`)
    }
    yield* recursionErrors(mount, `${path}.recursiveReadOnly`)
  }
}

function* deviceNameErrors(
  { name }: VolumeDevice,
  { volumes }: Surroundings,
  path: string,
): Iterable<FieldError> {
  const volume = volumes.get(name)
  if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
    const text = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'
    yield invalid(path, name, text)
  }
  if (!volume) yield fieldNotFound(path, name)
}

/** Faults of the volumes that a container has as block devices. */
export function* deviceErrors(
  { volumeDevices = [], volumeMounts = [] }: Container,
  surroundings: Surroundings,
  containerPath: string,
): Iterable<FieldError> {
  for (const [i, device] of volumeDevices.entries()) {
    const at = `${containerPath}.volumeDevices[${i}]`
    const { name, devicePath } = device
    const earlier = volumeDevices.slice(0, i)
    if (name === '') yield required(`${at}.name`)
    if (name !== '' && earlier.some((one) => one.name === name)) {
      yield invalid(`${at}.name`, name, 'must be unique')
    }
    yield* deviceNameErrors(device, surroundings, `${at}.name`)
    if (devicePath === '') yield required(`${at}.devicePath`)
    if (earlier.some((one) => one.devicePath === devicePath)) {
      yield invalid(`${at}.devicePath`, devicePath, 'must be unique')
    }
    if (devicePath.split('/').includes('..')) {
      yield invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')")
    }
    if (volumeMounts.some((mount) => mount.name === name)) {
      yield invalid(`${at}.name`, name, 'must not already exist in volumeMounts')
    }
    if (volumeMounts.some(({ mountPath }) => mountPath === devicePath)) {
      yield invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts')
    }
  }
}
