import { duplicate, type FieldError, invalid, notSupported, required } from '#base/field-error'
import { byteLength, dns1035LabelFaults, qualifiedNameFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type {
  AuditAnnotation,
  MatchCondition,
  MatchResources,
  Mutation,
  ParamKind,
  Validation,
  Variable,
} from '../gen/admissionregistration-v1.ts'
import { matchConditionErrors, matchResourceErrors } from './match-errors.ts'
import { failurePolicies } from './webhook-errors.ts'

/** What policies of both kinds have. */
export interface PolicySpec {
  readonly paramKind?: ParamKind
  readonly matchConstraints?: MatchResources
  readonly variables?: readonly Variable[]
  readonly failurePolicy?: string
  readonly matchConditions?: readonly MatchCondition[]
}

const identifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/
const reserved =
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  )
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const patchTypes = ['ApplyConfiguration', 'JSONPatch']
const annotationsMax = 20
const annotationBytesMax = 5 * 1024

function* paramKindErrors({ apiVersion = '', kind = '' }: ParamKind, path: string): Iterable<FieldError> {
  const at = `${path}.apiVersion`
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  if (apiVersion === '') yield required(at)
  else if (apiVersion.split('/').length > 2) {
    yield invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)
  } else {
    const groupFaults = group === '' ? [] : subdomainFaults(group)
    if (groupFaults.length > 0) yield invalid(at, group, groupFaults.join(','))
    const versionFaults = dns1035LabelFaults(version)
    if (version === '') yield invalid(at, apiVersion, 'version must be specified')
    else if (versionFaults.length > 0) yield invalid(at, version, versionFaults.join(','))
  }
  const faults = dns1035LabelFaults(kind.toLowerCase())
  if (kind === '') yield required(`${path}.kind`)
  else if (faults.length > 0) {
    const text = `may have mixed case, but should otherwise match: ${faults.join(',')}`
    yield invalid(`${path}.kind`, kind, text)
  }
}

function* variableErrors({ name, expression }: Variable, path: string): Iterable<FieldError> {
  if (name.trim() === '') yield required(`${path}.name`, 'name is not specified')
  else if (!identifier.test(name) || reserved.includes(name)) {
    yield invalid(`${path}.name`, name, 'name is not a valid CEL identifier')
  }
  if (expression.trim() === '') yield required(`${path}.expression`, 'expression is not specified')
}

/** Everything wrong with what policies of both kinds have. */
export function* policyErrors(spec: PolicySpec): Iterable<FieldError> {
  const { failurePolicy, paramKind, matchConstraints, matchConditions = [], variables = [] } = spec
  if (failurePolicy === undefined) yield required('spec.failurePolicy')
  else if (!failurePolicies.includes(failurePolicy)) {
    yield notSupported('spec.failurePolicy', failurePolicy, failurePolicies)
  }
  if (paramKind) yield* paramKindErrors(paramKind, 'spec.paramKind')
  if (matchConstraints === undefined) yield required('spec.matchConstraints')
  else {
    yield* matchResourceErrors(matchConstraints, 'spec.matchConstraints')
    if ((matchConstraints.resourceRules ?? []).length === 0)
      yield required('spec.matchConstraints.resourceRules')
  }
  yield* matchConditionErrors(matchConditions, 'spec.matchConditions')
  for (const [i, one] of variables.entries()) yield* variableErrors(one, `spec.variables[${i}]`)
}

function* validationErrors(one: Validation, path: string): Iterable<FieldError> {
  const { expression, message = '', messageExpression = '', reason } = one
  if (expression.trim() === '') yield required(`${path}.expression`, 'expression is not specified')
  if (messageExpression !== '' && messageExpression.trim() === '') {
    yield invalid(`${path}.messageExpression`, messageExpression, 'must be non-empty if specified')
  }
  if (message !== '' && message.trim() === '') {
    yield invalid(`${path}.message`, message, 'message must be non-empty if specified')
  } else if (/[\n\r]/.test(message.trim())) {
    yield invalid(`${path}.message`, message, 'message must not contain line breaks')
  }
  if (reason !== undefined && !reasons.includes(reason)) yield notSupported(`${path}.reason`, reason, reasons)
}

function* annotationErrors(policy: string, one: AuditAnnotation, path: string): Iterable<FieldError> {
  const { key, valueExpression } = one
  if (policy === '') yield invalid(`${path}.key`, key, 'requires metadata.name be non-empty')
  else yield* eachFault(`${path}.key`, `${policy}/${key}`, qualifiedNameFaults(`${policy}/${key}`))
  const trimmed = valueExpression.trim()
  const at = `${path}.valueExpression`
  if (trimmed === '') yield required(at, 'valueExpression is not specified')
  else if (byteLength(trimmed) > annotationBytesMax) {
    yield required(at, `must not exceed ${annotationBytesMax} bytes in length`)
  }
}

/** Everything wrong with what a validating policy asks of objects and notes of them. */
export function* judgementErrors(
  policy: string,
  validations: readonly Validation[],
  annotations: readonly AuditAnnotation[],
): Iterable<FieldError> {
  if (validations.length === 0 && annotations.length === 0) {
    const text = 'validations or auditAnnotations must contain at least one item'
    yield required('spec.validations', text)
    yield required('spec.auditAnnotations', text)
    return
  }
  for (const [i, one] of validations.entries()) yield* validationErrors(one, `spec.validations[${i}]`)
  if (annotations.length > annotationsMax) {
    const text = `must not have more than ${annotationsMax} auditAnnotations`
    yield invalid('spec.auditAnnotations', annotations, text)
  }
  const keys = annotations.map(({ key }) => key)
  for (const [i, one] of annotations.entries()) {
    yield* annotationErrors(policy, one, `spec.auditAnnotations[${i}]`)
    if (keys.indexOf(one.key) < i) yield duplicate(`spec.auditAnnotations[${i}].key`, one.key)
  }
}

/** Everything wrong with a change that a mutating policy makes. */
export function* mutationErrors(one: Mutation, path: string): Iterable<FieldError> {
  const { patchType, applyConfiguration, jsonPatch } = one
  const forms = [
    ['ApplyConfiguration', 'applyConfiguration', applyConfiguration],
    ['JSONPatch', 'jsonPatch', jsonPatch],
  ] as const
  if (patchType === '') yield required(`${path}.patchType`)
  else if (!patchTypes.includes(patchType)) yield notSupported(`${path}.patchType`, patchType, patchTypes)
  for (const [type, field, form] of forms) {
    if (type !== patchType && form !== undefined && patchTypes.includes(patchType)) {
      yield invalid(`${path}.${field}`, '{}', `must not be specified when patchType is ${patchType}`)
    }
    if (type !== patchType) continue
    if (form === undefined)
      yield required(`${path}.${field}`, `must be specified when patchType is ${patchType}`)
    else if ((form.expression ?? '').trim() === '') {
      yield required(`${path}.${field}.expression`, 'expression is not specified')
    }
  }
}
