import { defineKind, type Rules } from '../define.ts'
import type { ClusterRoleBinding as ClusterRoleBindingObject } from '../gen/rbac-v1.ts'
import { resources } from '../gen/resources.ts'
import { bindingCells } from './binding-cells.ts'
import { bindingChangeErrors, bindingErrors } from './binding-errors.ts'

const rules: Rules<ClusterRoleBindingObject> = {
  validate: (binding) => bindingErrors(binding, false),
  validateUpdate: bindingChangeErrors,
}

/** ClusterRoleBinding: who has the rights of a role in the whole cluster. */
export const clusterRoleBinding = defineKind<ClusterRoleBindingObject>(
  resources['rbac.authorization.k8s.io/v1/clusterrolebindings'],
  {
    cells: bindingCells,
    grants: ({ roleRef }) => ({ role: roleRef }),
    rules,
  },
)
