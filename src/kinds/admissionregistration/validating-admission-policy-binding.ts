import { duplicate, type FieldError, invalid, notSupported, required } from '#base/field-error'
import { defineKind, type Rules } from '../define.ts'
import type { ValidatingAdmissionPolicyBinding as BindingObject } from '../gen/admissionregistration-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { bindingErrors, paramRefText } from './binding-errors.ts'

const actions = ['Audit', 'Deny', 'Warn']

function* actionErrors(chosen: readonly string[]): Iterable<FieldError> {
  const path = 'spec.validationActions'
  for (const [i, action] of chosen.entries()) {
    if (!actions.includes(action)) yield notSupported(`${path}[${i}]`, action, actions)
    if (chosen.indexOf(action) < i) yield duplicate(`${path}[${i}]`, action)
  }
  if (chosen.includes('Deny') && chosen.includes('Warn')) {
    const text =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'
    yield invalid(path, chosen, text)
  }
  if (chosen.length === 0) yield required(path, 'at least one validation action is required')
}

const rules: Rules<BindingObject> = {
  ...specStatus<BindingObject>({ hasGeneration: true }),
  *validate({ spec }) {
    yield* bindingErrors(spec)
    yield* actionErrors(spec.validationActions ?? [])
  },
}

/** ValidatingAdmissionPolicyBinding: where a policy counts, with which parameters, and what follows. */
export const validatingAdmissionPolicyBinding = defineKind<BindingObject>(
  resources['admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'],
  { cells: { ParamRef: ({ spec }) => paramRefText(spec.paramRef) }, rules },
)
