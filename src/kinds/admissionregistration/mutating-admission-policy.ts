import { notSupported, required } from '#base/field-error'
import { defineKind, type Rules } from '../define.ts'
import type { MutatingAdmissionPolicy as PolicyObject } from '../gen/admissionregistration-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { mutationErrors, policyErrors } from './policy-errors.ts'
import { paramKindText } from './policy-kind-cell.ts'
import { reinvocationPolicies } from './webhook-errors.ts'

const rules: Rules<PolicyObject> = {
  ...specStatus<PolicyObject>({ hasGeneration: true }),
  *validate({ spec = {} }) {
    yield* policyErrors(spec)
    const { mutations = [], reinvocationPolicy: again = '' } = spec
    if (mutations.length === 0) yield required('spec.mutations', 'mutations must contain at least one item')
    for (const [i, one] of mutations.entries()) yield* mutationErrors(one, `spec.mutations[${i}]`)
    if (again === '') yield required('spec.reinvocationPolicy')
    else if (!reinvocationPolicies.includes(again)) {
      yield notSupported('spec.reinvocationPolicy', again, reinvocationPolicies)
    }
  },
}

/** MutatingAdmissionPolicy: what is changed in objects before they are kept, told by expressions. */
export const mutatingAdmissionPolicy = defineKind<PolicyObject>(
  resources['admissionregistration.k8s.io/v1/mutatingadmissionpolicies'],
  {
    cells: {
      Mutations: ({ spec }) => spec?.mutations?.length ?? 0,
      ParamKind: ({ spec }) => paramKindText(spec?.paramKind),
    },
    rules,
  },
)
