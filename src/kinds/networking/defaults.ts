import type { HandRule } from '#schema/default'
import type { IngressClass, NetworkPolicy } from '../gen/networking-v1.ts'

function ingressClass({ spec }: IngressClass): void {
  if (spec?.parameters) spec.parameters.scope ||= 'Cluster'
}

/** A policy that does not say which directions it is about is about incoming traffic, and about what it has rules for. */
function networkPolicy({ spec }: NetworkPolicy): void {
  if (!spec || (spec.policyTypes ?? []).length > 0) return
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

/** Defaults of networking.k8s.io that no table can tell. */
export const networkingDefaults: Readonly<Record<string, HandRule>> = {
  'io.k8s.api.networking.v1.IngressClass': { after: ingressClass },
  'io.k8s.api.networking.v1.NetworkPolicy': { after: networkPolicy },
}
