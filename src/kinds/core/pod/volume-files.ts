import { type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import { subdomainFaults } from '#schema/name-rules'
import type {
  ClusterTrustBundleProjection,
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../../gen/core-v1.ts'
import { selectorErrors } from '../../selector-errors.ts'
import { fieldRefErrors, resourceRefErrors, volumeFields } from './field-refs.ts'
import { modeErrors, volumePathErrors } from './paths.ts'

/** Faults of the files that keys of a ConfigMap or Secret become. */
export function* keyPathErrors(items: readonly KeyToPath[], path: string): Iterable<FieldError> {
  for (const [i, { key, path: file, mode }] of items.entries()) {
    const at = `${path}[${i}]`
    if (key === '') yield required(`${at}.key`)
    if (file === '') yield required(`${at}.path`)
    yield* volumePathErrors(file, `${at}.path`)
    yield* modeErrors(mode, `${at}.mode`)
  }
}

/** Faults of a file that shows a field of the pod. */
export function* downwardFileErrors(file: DownwardAPIVolumeFile, path: string): Iterable<FieldError> {
  const { fieldRef, resourceFieldRef } = file
  if (file.path === '') yield required(`${path}.path`)
  yield* volumePathErrors(file.path, `${path}.path`)
  if (fieldRef) {
    yield* fieldRefErrors(fieldRef, volumeFields, `${path}.fieldRef`)
    if (resourceFieldRef) {
      yield invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')
    }
  } else if (resourceFieldRef) {
    yield* resourceRefErrors(resourceFieldRef, `${path}.resourceFieldRef`, true)
  } else yield required(path, 'one of fieldRef and resourceFieldRef is required')
  yield* modeErrors(file.mode, `${path}.mode`)
}

const tokenSecondsMin = 600
const tokenSecondsMax = 2 ** 32

function* tokenErrors(
  { expirationSeconds = 0, path: file }: ServiceAccountTokenProjection,
  path: string,
  volumePath: string,
): Iterable<FieldError> {
  const at = `${path}.expirationSeconds`
  if (expirationSeconds < tokenSecondsMin) {
    yield invalid(at, expirationSeconds, 'may not specify a duration less than 10 minutes')
  }
  if (expirationSeconds > tokenSecondsMax) {
    yield invalid(at, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')
  }
  if (file === '') yield required(`${volumePath}.path`)
  else yield* volumePathErrors(file, `${volumePath}.path`)
}

function* bundleErrors(bundle: ClusterTrustBundleProjection, path: string): Iterable<FieldError> {
  const { name, signerName, labelSelector, path: file } = bundle
  if (name !== undefined && signerName !== undefined) {
    yield invalid(path, bundle, 'only one of name and signerName may be used')
  } else if (name !== undefined) {
    if (name === '') yield required(`${path}.name`, 'must be a valid object name')
    for (const fault of subdomainFaults(name.split(':').at(-1) as string)) {
      yield invalid(`${path}.name`, name, `not a valid clustertrustbundlename: ${fault}`)
    }
    if (labelSelector) {
      yield invalid(
        `${path}.labelSelector`,
        labelSelector,
        'labelSelector must be unset if name is specified',
      )
    }
  } else if (signerName === undefined) yield required(path, 'either name or signerName must be specified')
  else {
    if (signerName === '') yield required(`${path}.signerName`, 'must be a valid signer name')
    yield* selectorErrors(labelSelector, `${path}.labelSelector`)
  }
  if (file === '') yield required(`${path}.path`)
  yield* volumePathErrors(file, `${path}.path`)
}

/** The files that a source puts into the volume, with the name that a conflict is told with. */
function filesOf(source: VolumeProjection): [file: string, told: string][] {
  const { secret, configMap, downwardAPI, clusterTrustBundle } = source
  return [
    ...(secret?.items ?? []).map(({ path }): [string, string] => [path, secret?.name ?? '']),
    ...(configMap?.items ?? []).map(({ path }): [string, string] => [path, configMap?.name ?? '']),
    ...(downwardAPI?.items ?? []).map(({ path }): [string, string] => [path, path]),
    ...(clusterTrustBundle ? [[clusterTrustBundle.path, clusterTrustBundle.path] as [string, string]] : []),
  ]
}

function* projectionErrors(source: VolumeProjection, path: string, volumePath: string): Iterable<FieldError> {
  for (const name of ['secret', 'configMap'] as const) {
    const one = source[name]
    if (!one) continue
    if ((one.name ?? '') === '') yield required(`${path}.${name}.name`)
    yield* keyPathErrors(one.items ?? [], `${path}.${name}.items`)
  }
  for (const file of source.downwardAPI?.items ?? []) {
    yield* downwardFileErrors(file, `${path}.downwardAPI`)
  }
  if (source.serviceAccountToken) {
    yield* tokenErrors(source.serviceAccountToken, `${path}.serviceAccountToken`, volumePath)
  }
  if (source.clusterTrustBundle) {
    yield* bundleErrors(source.clusterTrustBundle, `${path}.clusterTrustBundle`)
  }
}

/** Faults of a volume made from several sources. */
export function* projectedErrors(
  { sources = [], defaultMode }: ProjectedVolumeSource,
  path: string,
): Iterable<FieldError> {
  yield* modeErrors(defaultMode, `${path}.defaultMode`)
  const files = new Set<string>()
  for (const [i, source] of sources.entries()) {
    const at = `${path}.sources[${i}]`
    yield* projectionErrors(source, at, path)
    for (const [file, told] of filesOf(source)) {
      if (file === '') continue
      if (files.has(file)) yield invalid(path, told, 'conflicting duplicate paths')
      files.add(file)
    }
    if (Object.values(source).filter((one) => one !== undefined).length > 1) {
      yield fieldForbidden(at, 'may not specify more than 1 volume type per source')
    }
  }
}
