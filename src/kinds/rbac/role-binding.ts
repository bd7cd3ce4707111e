import { defineKind, type Rules } from '../define.ts'
import type { RoleBinding as RoleBindingObject } from '../gen/rbac-v1.ts'
import { resources } from '../gen/resources.ts'
import { bindingCells } from './binding-cells.ts'
import { bindingChangeErrors, bindingErrors } from './binding-errors.ts'

const rules: Rules<RoleBindingObject> = {
  validate: (binding) => bindingErrors(binding, true),
  validateUpdate: bindingChangeErrors,
}

/** RoleBinding: who has the rights of a role in one namespace. */
export const roleBinding = defineKind<RoleBindingObject>(
  resources['rbac.authorization.k8s.io/v1/rolebindings'],
  {
    cells: bindingCells,
    grants: ({ roleRef }) => ({ role: roleRef }),
    rules,
  },
)
