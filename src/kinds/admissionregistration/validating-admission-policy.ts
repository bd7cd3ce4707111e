import { type FieldError, required } from '#base/field-error'
import { conditionErrors } from '../condition-errors.ts'
import { defineKind, type Rules } from '../define.ts'
import type {
  ValidatingAdmissionPolicy as PolicyObject,
  ValidatingAdmissionPolicyStatus,
} from '../gen/admissionregistration-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { judgementErrors, policyErrors } from './policy-errors.ts'
import { paramKindText } from './policy-kind-cell.ts'

function* statusErrors({
  typeChecking,
  conditions = [],
}: ValidatingAdmissionPolicyStatus): Iterable<FieldError> {
  for (const [i, { warning, fieldRef }] of (typeChecking?.expressionWarnings ?? []).entries()) {
    const path = `status.typeChecking.expressionWarnings[${i}]`
    if (warning === '') yield required(`${path}.warning`)
    if (fieldRef.trim() === '') yield required(`${path}.fieldRef`)
  }
  yield* conditionErrors(conditions, 'status.conditions')
}

const rules: Rules<PolicyObject> = {
  ...specStatus<PolicyObject>({
    newStatus: () => ({}),
    hasGeneration: true,
    keptByStatus: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  }),
  *validate({ metadata, spec = {}, status = {} }, { subresource }) {
    if (subresource === 'status') return yield* statusErrors(status)
    yield* policyErrors(spec)
    yield* judgementErrors(metadata.name ?? '', spec.validations ?? [], spec.auditAnnotations ?? [])
  },
}

/** ValidatingAdmissionPolicy: what objects must be like, told by expressions. */
export const validatingAdmissionPolicy = defineKind<PolicyObject>(
  resources['admissionregistration.k8s.io/v1/validatingadmissionpolicies'],
  {
    cells: {
      Validations: ({ spec }) => spec?.validations?.length ?? 0,
      ParamKind: ({ spec }) => paramKindText(spec?.paramKind),
    },
    rules,
  },
)
