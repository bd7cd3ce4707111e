import { type FieldError, invalid } from '#base/field-error'
import { qualifiedNameFaults } from '#schema/name-rules'
import { defineKind, type Rules } from '../define.ts'
import type { Namespace as NamespaceObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { legacyFinalizerFaults } from '../meta.ts'

const kubernetes = 'kubernetes'

function* phaseErrors({ metadata, status }: NamespaceObject): Iterable<FieldError> {
  const isDeleted = metadata.deletionTimestamp !== undefined
  const due = isDeleted ? 'Terminating' : 'Active'
  const phase = status?.phase ?? ''
  if (phase === due) return
  const text = `may only be '${due}' if \`deletionTimestamp\` is ${isDeleted ? 'not ' : ''}empty`
  yield invalid('status.Phase', phase, text)
}

function* finalizerErrors({ spec }: NamespaceObject): Iterable<FieldError> {
  for (const one of spec?.finalizers ?? []) {
    for (const fault of [...qualifiedNameFaults(one), ...legacyFinalizerFaults(one)]) {
      yield invalid('spec.finalizers', one, fault)
    }
  }
}

const rules: Rules<NamespaceObject> = {
  prepareCreate(namespace) {
    namespace.status = { phase: 'Active' }
    const finalizers = namespace.spec?.finalizers ?? []
    if (!finalizers.includes(kubernetes)) finalizers.push(kubernetes)
    namespace.spec = { ...namespace.spec, finalizers }
  },
  prepareUpdate(next, old, { subresource }) {
    if (subresource !== 'finalize') next.spec = old.spec ?? {}
    if (subresource !== 'status') next.status = old.status ?? {}
  },
  *validate(namespace) {
    yield* finalizerErrors(namespace)
  },
  *validateUpdate(next, _old, { subresource }) {
    if (subresource === 'status') yield* phaseErrors(next)
  },
  holdsDeletion: ({ spec }) => (spec?.finalizers?.length ?? 0) > 0,
  markDeleting(namespace) {
    namespace.status = { ...namespace.status, phase: 'Terminating' }
  },
}

/** Namespace: holds other objects; goes when everything in it is gone and its finalizers are removed. */
export const namespace = defineKind<NamespaceObject>(resources['v1/namespaces'], {
  rules,
  containsOthers: true,
  undeletable: {
    names: ['default', 'kube-public', 'kube-system'],
    why: 'this namespace may not be deleted',
  },
  initialObjects: ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name) => ({
    metadata: { name },
  })),
})
