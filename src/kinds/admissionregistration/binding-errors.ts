import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { pathSegmentFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { MatchResources, ParamRef } from '../gen/admissionregistration-v1.ts'
import { selectorErrors } from '../selector-errors.ts'
import { selectorText } from '../selector-text.ts'
import { matchResourceErrors } from './match-errors.ts'

const notFoundActions = ['Deny', 'Allow']

function* paramRefErrors(ref: ParamRef, path: string): Iterable<FieldError> {
  const { name = '', selector, parameterNotFoundAction: action = '' } = ref
  const isBoth = name !== '' && selector !== undefined
  if (name !== '') {
    for (const fault of pathSegmentFaults(name)) yield invalid(`${path}.name`, name, fault)
    if (isBoth) yield fieldForbidden(`${path}.name`, 'name and selector are mutually exclusive')
  }
  if (selector !== undefined) {
    yield* selectorErrors(selector, `${path}.selector`)
    if (isBoth) yield fieldForbidden(`${path}.selector`, 'name and selector are mutually exclusive')
  }
  if (name === '' && selector === undefined) {
    yield required(path, 'one of name or selector must be specified')
  }
  if (action === '') yield required(`${path}.parameterNotFoundAction`)
  else if (!notFoundActions.includes(action)) {
    yield notSupported(`${path}.parameterNotFoundAction`, action, notFoundActions)
  }
}

/** What bindings of both kinds have. */
export interface BindingSpec {
  readonly policyName?: string
  readonly paramRef?: ParamRef
  readonly matchResources?: MatchResources
}

/** Everything wrong with what bindings of both kinds have. */
export function* bindingErrors({
  policyName = '',
  paramRef,
  matchResources,
}: BindingSpec): Iterable<FieldError> {
  if (policyName === '') yield required('spec.policyName')
  else yield* eachFault('spec.policyName', policyName, subdomainFaults(policyName))
  if (paramRef) yield* paramRefErrors(paramRef, 'spec.paramRef')
  // Upstream leaves a letter out of the path.
  if (matchResources) yield* matchResourceErrors(matchResources, 'spec.matchResouces')
}

/** The parameters of a binding in a table. */
export function paramRefText(ref: ParamRef | undefined): string {
  if (ref === undefined) return '<unset>'
  if ((ref.name ?? '') !== '') return `${ref.namespace || '*'}/${ref.name}`
  return selectorText(ref.selector)
}
