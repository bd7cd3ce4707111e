import { compareBytes } from '#base/byte-order'
import { type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import { validateAnnotations, validateLabels } from '#schema/label-rules'
import { dnsLabelFaults, nameFaults, qualifiedNameFaults } from '#schema/name-rules'
import type { KubeObject, Meta, OwnerReference } from '#schema/object'
import type { KindDef, NameRule } from './define.ts'

/** What of a kind its objects' metadata depends on. */
export type NamedKind = Pick<KindDef, 'name' | 'namespaced'>

function* nameErrors(rule: NameRule, { name = '', generateName = '' }: Meta): Iterable<FieldError> {
  if (generateName !== '') {
    for (const fault of nameFaults(rule, generateName, true)) {
      yield invalid('metadata.generateName', generateName, fault)
    }
  }
  if (name === '') yield required('metadata.name', 'name or generateName is required')
  else for (const fault of nameFaults(rule, name)) yield invalid('metadata.name', name, fault)
}

function* namespaceErrors(isNamespaced: boolean, namespace: string): Iterable<FieldError> {
  const path = 'metadata.namespace'
  if (!isNamespaced) {
    if (namespace !== '') yield fieldForbidden(path, 'not allowed on this type')
  } else if (namespace === '') yield required(path)
  else for (const fault of dnsLabelFaults(namespace)) yield invalid(path, namespace, fault)
}

const apiVersionPattern = /^(?:[^/]*\/)?[^/]+$/

function* ownerErrors(owners: readonly OwnerReference[]): Iterable<FieldError> {
  let controller = ''
  for (const [i, owner] of owners.entries()) {
    const path = `metadata.ownerReferences[${i}]`
    yield* ownerFieldErrors(owner, path)
    if (!owner.controller) continue
    const name = `${owner.kind}/${owner.name}`
    if (controller === '') controller = name
    else {
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`
      yield invalid('metadata.ownerReferences', owners, text)
    }
  }
}

function* ownerFieldErrors(owner: OwnerReference, path: string): Iterable<FieldError> {
  const { apiVersion } = owner
  if (apiVersion === '') yield required(`${path}.apiVersion`, 'must not be empty')
  else if (!apiVersionPattern.test(apiVersion)) {
    yield invalid(`${path}.apiVersion`, apiVersion, 'must be <group>/<version> or <version>')
  }
  for (const name of ['kind', 'name', 'uid'] as const) {
    if (owner[name] === '') yield required(`${path}.${name}`, 'must not be empty')
  }
  if (apiVersion === 'v1' && owner.kind === 'Event') {
    yield invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner')
  }
}

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** Faults of a finalizer without a domain: only a few old ones have none. */
export const legacyFinalizerFaults = (finalizer: string): string[] =>
  finalizer.includes('/') || standardFinalizers.has(finalizer)
    ? []
    : ['name is neither a standard finalizer name nor is it fully qualified']

function* finalizerErrors(finalizers: readonly string[]): Iterable<FieldError> {
  const path = 'metadata.finalizers'
  for (const one of finalizers) {
    for (const fault of qualifiedNameFaults(one)) yield invalid(path, one, fault)
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    yield invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')
  }
  for (const [i, one] of finalizers.entries()) {
    for (const fault of legacyFinalizerFaults(one)) yield invalid(`${path}[${i}]`, one, fault)
  }
}

function* commonErrors(meta: Meta): Iterable<FieldError> {
  const { generation = 0 } = meta
  if (generation < 0) {
    yield invalid('metadata.generation', generation, 'must be greater than or equal to 0')
  }
  yield* validateLabels(meta.labels, 'metadata.labels')
  yield* validateAnnotations(meta.annotations, 'metadata.annotations')
  yield* ownerErrors(meta.ownerReferences ?? [])
  yield* finalizerErrors(meta.finalizers ?? [])
}

/** Everything wrong with the metadata of a new object of a kind. */
export function validateMeta(kind: NamedKind, { metadata }: KubeObject): FieldError[] {
  const errors = [
    ...nameErrors(kind.name as NameRule, metadata),
    ...namespaceErrors(kind.namespaced, metadata.namespace ?? ''),
    ...commonErrors(metadata),
  ]
  // Whatever the kind's own rule: a name is a segment of a path.
  return errors.length > 0 ? errors : [...nameErrors('pathSegment', metadata)]
}

const immutable = [
  ['name', ''],
  ['namespace', ''],
  ['uid', ''],
  ['creationTimestamp', null],
  ['deletionTimestamp', null],
  ['deletionGracePeriodSeconds', null],
] as const

function* newFinalizerErrors(next: Meta, old: Meta): Iterable<FieldError> {
  if (old.deletionTimestamp === undefined) return
  const extra = new Set((next.finalizers ?? []).filter((one) => !old.finalizers?.includes(one)))
  if (extra.size === 0) return
  const names = [...extra].sort(compareBytes).map((one) => JSON.stringify(one))
  const text = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names.join(', ')}}`
  yield fieldForbidden('metadata.finalizers', text)
}

function* changeErrors(next: Meta, old: Meta): Iterable<FieldError> {
  yield* newFinalizerErrors(next, old)
  if ((next.resourceVersion ?? '') === '') {
    yield invalid('metadata.resourceVersion', '', 'must be specified for an update')
  }
  const generation = next.generation ?? 0
  if (generation >= 0 && generation < (old.generation ?? 0)) {
    yield invalid('metadata.generation', generation, 'must not be decremented')
  }
  for (const [name, unset] of immutable) {
    const value = next[name] ?? unset
    if (value !== (old[name] ?? unset)) yield invalid(`metadata.${name}`, value, 'field is immutable')
  }
}

/** Everything wrong with the metadata of a changed object. */
export function validateMetaUpdate(_kind: NamedKind, next: KubeObject, old: KubeObject): FieldError[] {
  return [...changeErrors(next.metadata, old.metadata), ...commonErrors(next.metadata)]
}
