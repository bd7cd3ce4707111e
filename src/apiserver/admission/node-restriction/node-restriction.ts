import { forbidden } from '#base/errors'
import { nodeNameOf } from '../../authorization/node/node-authorizer.ts'
import type { Admission, AdmissionPlugin } from '../plugin.ts'
import { accountRule } from './account-rule.ts'
import { type Asked, type NodeRule, quoted } from './asked.ts'
import { claimRule } from './claim-rule.ts'
import { nodeRule } from './node-rule.ts'
import { csiNodeRule, leaseRule, requestRule, sliceRule } from './own-objects.ts'
import { podRule } from './pod-rule.ts'

/** What nodes may write of each resource; of others, what they are authorized to. */
const rules: Readonly<Record<string, NodeRule>> = {
  '/nodes': nodeRule,
  '/persistentvolumeclaims': claimRule,
  '/pods': podRule,
  '/serviceaccounts': accountRule,
  'certificates.k8s.io/certificatesigningrequests': requestRule,
  'coordination.k8s.io/leases': leaseRule,
  'resource.k8s.io/resourceslices': sliceRule,
  'storage.k8s.io/csinodes': csiNodeRule,
}

/** Holds kubelets to their own node and the pods on it, so that one that was broken into breaks no other. */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  mutate: restrict,
  // A deletion changes nothing before, so it comes here only.
  validate: (admission) => (admission.operation === 'DELETE' ? restrict(admission) : undefined),
}

async function restrict(admission: Admission): Promise<void> {
  const { call, object, old } = admission
  const node = call.user && nodeNameOf(call.user)
  if (node === undefined) return
  const name = call.info.name || (object?.metadata.name ?? old?.metadata.name ?? '')
  const why =
    node === ''
      ? `could not determine node from user ${quoted(call.user?.name ?? '')}`
      : await judge({ admission, node, name, subresource: call.info.subresource })
  if (why !== undefined) throw forbidden(call.resource.ref, name, why)
}

function judge(asked: Asked) {
  const { group, plural } = asked.admission.call.kind
  return rules[`${group}/${plural}`]?.(asked)
}
