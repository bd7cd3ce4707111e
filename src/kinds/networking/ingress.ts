import { balancerAddresses } from '../core/balancer-addresses.ts'
import { type Cell, type DefaultClass, defineKind, type Rules } from '../define.ts'
import type { Ingress as IngressObject } from '../gen/networking-v1.ts'
import { resources } from '../gen/resources.ts'
import { isNew } from '../is-new.ts'
import { specStatus } from '../spec-status.ts'
import { defaultClassAnnotation } from './default-class-annotation.ts'
import { classAnnotation, ingressErrors, ingressStatusErrors } from './ingress-errors.ts'

const hostsMax = 3

/** The first hosts, and how many rules are left; a rule without a host is for all of them. */
function hosts({ spec }: IngressObject): string {
  const rules = spec?.rules ?? []
  const shown: string[] = []
  for (const { host = '' } of rules) {
    if (shown.length === hostsMax) return `${shown.join(',')} + ${rules.length - hostsMax} more...`
    if (host !== '') shown.push(host)
  }
  return shown.length === 0 ? '*' : shown.join(',')
}

const cells: Record<string, Cell<IngressObject>> = {
  Hosts: hosts,
  Address: ({ status }) => balancerAddresses(status?.loadBalancer?.ingress).join(','),
  Ports: ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80'),
}

const rules: Rules<IngressObject> = {
  ...specStatus<IngressObject>({ newStatus: () => ({ loadBalancer: {} }), hasGeneration: true }),
  validate(ingress, { subresource }) {
    return subresource === 'status' ? ingressStatusErrors(ingress) : ingressErrors(ingress)
  },
  *warnings(ingress) {
    if (!isNew(ingress) || ingress.spec?.ingressClassName !== undefined) return
    if (ingress.metadata.annotations?.[classAnnotation] === undefined) return
    yield `annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`
  },
}

const defaultClass: DefaultClass<IngressObject> = {
  plugin: 'DefaultIngressClass',
  group: 'networking.k8s.io',
  plural: 'ingressclasses',
  annotations: [defaultClassAnnotation],
  isOpen: ({ metadata, spec }) =>
    spec?.ingressClassName === undefined && metadata.annotations?.[classAnnotation] === undefined,
  choose(ingress, name) {
    ingress.spec = { ...ingress.spec, ingressClassName: name }
  },
}

/** Ingress: how HTTP requests from outside reach services. */
export const ingress = defineKind<IngressObject>(resources['networking.k8s.io/v1/ingresses'], {
  storageDirectory: 'ingress',
  cells,
  defaultClass,
  rules,
})
