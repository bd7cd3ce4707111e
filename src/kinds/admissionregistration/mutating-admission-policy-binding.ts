import { defineKind, type Rules } from '../define.ts'
import type { MutatingAdmissionPolicyBinding as BindingObject } from '../gen/admissionregistration-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { bindingErrors, paramRefText } from './binding-errors.ts'

const rules: Rules<BindingObject> = {
  ...specStatus<BindingObject>({ hasGeneration: true }),
  validate: ({ spec = {} }) => bindingErrors(spec),
}

/** MutatingAdmissionPolicyBinding: where a mutating policy counts, and with which parameters. */
export const mutatingAdmissionPolicyBinding = defineKind<BindingObject>(
  resources['admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings'],
  { cells: { ParamRef: ({ spec }) => paramRefText(spec?.paramRef) }, rules },
)
