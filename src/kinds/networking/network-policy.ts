import { defineKind, type Rules } from '../define.ts'
import type { NetworkPolicy as NetworkPolicyObject } from '../gen/networking-v1.ts'
import { resources } from '../gen/resources.ts'
import { selectorText } from '../selector-text.ts'
import { specStatus } from '../spec-status.ts'
import { networkPolicyErrors, networkPolicyWarnings } from './network-policy-errors.ts'

const rules: Rules<NetworkPolicyObject> = {
  ...specStatus<NetworkPolicyObject>({ hasGeneration: true }),
  validate: networkPolicyErrors,
  warnings: networkPolicyWarnings,
}

/** NetworkPolicy: which traffic the pods that it selects may have. */
export const networkPolicy = defineKind<NetworkPolicyObject>(
  resources['networking.k8s.io/v1/networkpolicies'],
  { cells: { 'Pod-Selector': ({ spec }) => selectorText(spec?.podSelector ?? {}) }, rules },
)
