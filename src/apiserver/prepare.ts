import { badRequest } from '#base/errors'
import { type FieldError, invalidObject } from '#base/field-error'
import { nameSuffix } from '#base/random'
import { timeOf } from '#base/time'
import type { KindDef, RuleContext } from '#kinds/define'
import { validateMeta, validateMetaUpdate } from '#kinds/meta'
import type { KubeObject } from '#schema/object'
import { familiesOf } from './services/families.ts'
import { withStructural } from '#schema/structural'
import type { Call } from './call.ts'

const baseLengthMax = 58

/** What the rules of a kind are told. */
export const ruleContext = ({ core, info, user }: Call): RuleContext => ({
  now: core.parts.clock.now(),
  ...(user && { user }),
  subresource: info.subresource,
  allowPrivileged: core.parts.options.allowPrivileged,
  ...(core.parts.options.services && { serviceFamilies: familiesOf(core.parts.options.services) }),
})

/** Puts the namespace of the URL into the object. @throws ApiError BadRequest when the object says another. */
export function settleNamespace({ kind, info }: Call, object: KubeObject): void {
  const { metadata } = object
  if (!kind.namespaced) {
    if ((metadata.namespace ?? '') !== '' && info.verb !== 'create') delete metadata.namespace
    return
  }
  if ((metadata.namespace ?? '') === '') metadata.namespace = info.namespace
  if (metadata.namespace !== info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
}

/** Takes from a new object what its author has no say in. */
export function wipeSystemMeta({ metadata }: KubeObject): void {
  delete metadata.uid
  delete metadata.creationTimestamp
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.selfLink
}

/** Gives a new object what only the server may set. */
export function stampNew(call: Call, object: KubeObject): void {
  const { clock, random } = call.core.parts
  const { metadata } = object
  if ((metadata.name ?? '') === '' && (metadata.generateName ?? '') !== '') {
    metadata.name = metadata.generateName?.slice(0, baseLengthMax) + nameSuffix(random)
  }
  if (call.kind.namesItself) metadata.name ||= random.uuid()
  // A name that was taken is tried again with another one, for the same object.
  metadata.uid ??= random.uuid()
  metadata.creationTimestamp = timeOf(clock.now())
}

function refuseInvalid(kind: KindDef, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject(kind.group, kind.kind, object.metadata.name ?? '', errors)
}

/** Checks a new object by all rules. @throws ApiError Invalid with everything that is wrong. */
export function checkNew(call: Call, object: KubeObject): void {
  const { kind } = call
  const context = ruleContext(call)
  const errors = [...validateMeta(kind, object), ...(kind.rules.validate?.(object, context) ?? [])]
  refuseInvalid(kind, object, withStructural(kind.type, object, errors))
  call.warnings.push(...(kind.rules.warnings?.(object) ?? []))
}

/** Checks a changed object by all rules. @throws ApiError Invalid with everything that is wrong. */
export function checkChanged(call: Call, next: KubeObject, old: KubeObject): void {
  const { kind } = call
  const context = ruleContext(call)
  const errors = [
    ...validateMetaUpdate(kind, next, old),
    ...(kind.rules.validate?.(next, context) ?? []),
    ...(kind.rules.validateUpdate?.(next, old, context) ?? []),
  ]
  refuseInvalid(kind, next, withStructural(kind.type, next, errors))
  call.warnings.push(...(kind.rules.warnings?.(next, old) ?? []))
}
