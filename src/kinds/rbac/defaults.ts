import type { HandRule } from '#schema/default'
import type { Subject } from '../gen/rbac-v1.ts'

function subject(value: Subject): void {
  if (value.kind === 'User' || value.kind === 'Group') value.apiGroup ||= 'rbac.authorization.k8s.io'
}

/** Defaults of rbac.authorization.k8s.io that no table can tell. */
export const rbacDefaults: Readonly<Record<string, HandRule>> = {
  'io.k8s.api.rbac.v1.Subject': { after: subject },
}
