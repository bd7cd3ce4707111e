import { type FieldError, invalid, required } from '#base/field-error'
import { relaxedEnvNameFaults } from '#schema/field-names'
import { configMapKeyFaults, dnsLabelFaults, nameFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { Container, EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from '../../gen/core-v1.ts'
import { environmentFields, fieldRefErrors, resourceRefErrors } from './field-refs.ts'
import { volumePathErrors } from './paths.ts'

function* keyRefErrors(
  { name = '', key }: { name?: string; key: string },
  path: string,
): Iterable<FieldError> {
  yield* eachFault(`${path}.name`, name, subdomainFaults(name))
  if (key === '') yield required(`${path}.key`)
  else yield* eachFault(`${path}.key`, key, configMapKeyFaults(key))
}

function* fileRefErrors(file: FileKeySelector, path: string): Iterable<FieldError> {
  if (file.key === '') yield required(`${path}.key`)
  else yield* eachFault(`${path}.key`, file.key, relaxedEnvNameFaults(file.key))
  if (file.volumeName === '') yield required(`${path}.volumeName`)
  else yield* eachFault(`${path}.volumeName`, file.volumeName, dnsLabelFaults(file.volumeName))
  if (file.path === '') yield required(`${path}.path`)
  else yield* volumePathErrors(file.path, `${path}.path`)
}

function* sourceErrors(source: EnvVarSource, path: string): Iterable<FieldError> {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source
  if (fieldRef) yield* fieldRefErrors(fieldRef, environmentFields, `${path}.fieldRef`)
  if (resourceFieldRef) yield* resourceRefErrors(resourceFieldRef, `${path}.resourceFieldRef`, false)
  if (configMapKeyRef) yield* keyRefErrors(configMapKeyRef, `${path}.configMapKeyRef`)
  if (secretKeyRef) yield* keyRefErrors(secretKeyRef, `${path}.secretKeyRef`)
  if (fileKeyRef) yield* fileRefErrors(fileKeyRef, `${path}.fileKeyRef`)
}

const noSource =
  'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'

const countSet = (object: object) => Object.values(object).filter((value) => value !== undefined).length

function* variableErrors({ name, value = '', valueFrom }: EnvVar, path: string): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`)
  else yield* eachFault(`${path}.name`, name, relaxedEnvNameFaults(name))
  if (valueFrom === undefined) return
  const at = `${path}.valueFrom`
  yield* sourceErrors(valueFrom, at)
  const count = countSet(valueFrom)
  if (count === 0) yield invalid(at, '', noSource)
  else if (value !== '') yield invalid(at, '', 'may not be specified when `value` is not empty')
  else if (count > 1) yield invalid(at, '', 'may not have more than one field specified at a time')
}

function* refErrors(name: string, path: string): Iterable<FieldError> {
  if (name === '') yield required(`${path}.name`)
  else yield* eachFault(`${path}.name`, name, nameFaults('dnsSubdomain', name, true))
}

function* fromErrors(
  { prefix = '', configMapRef, secretRef }: EnvFromSource,
  path: string,
): Iterable<FieldError> {
  if (prefix !== '') yield* eachFault(`${path}.prefix`, prefix, relaxedEnvNameFaults(prefix))
  if (configMapRef) yield* refErrors(configMapRef.name ?? '', `${path}.configMapRef`)
  if (secretRef) yield* refErrors(secretRef.name ?? '', `${path}.secretRef`)
  if (!configMapRef && !secretRef) {
    yield invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`')
  } else if (configMapRef && secretRef) {
    yield invalid(path, '', 'may not have more than one field specified at a time')
  }
}

/** Faults of the environment of a container. */
export function* environmentErrors(
  { env = [], envFrom = [] }: Container,
  path: string,
): Iterable<FieldError> {
  for (const [i, one] of env.entries()) yield* variableErrors(one, `${path}.env[${i}]`)
  for (const [i, one] of envFrom.entries()) yield* fromErrors(one, `${path}.envFrom[${i}]`)
}
