import { type FieldError, fieldForbidden, invalid, notSupported, required, tooLong } from '#base/field-error'
import { domainPathErrors } from '#schema/domain-names'
import { byteLength, dnsLabelFaults } from '#schema/name-rules'
import { type Cell, defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type {
  IngressClass as IngressClassObject,
  IngressClassParametersReference,
} from '../gen/networking-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { defaultClassAnnotation } from './default-class-annotation.ts'
import { referenceErrors } from './reference-errors.ts'

const controllerBytesMax = 250
const scopes = ['Cluster', 'Namespace']

function* scopeErrors(
  { scope, namespace }: IngressClassParametersReference,
  path: string,
): Iterable<FieldError> {
  if (scope === undefined) yield required(`${path}.scope`)
  else if (!scopes.includes(scope)) yield notSupported(`${path}.scope`, scope, scopes)
  else if (scope === 'Cluster') {
    if (namespace !== undefined) {
      yield fieldForbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'")
    }
  } else if (namespace === undefined) {
    yield required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'")
  } else yield* eachFault(`${path}.namespace`, namespace, dnsLabelFaults(namespace))
}

function* controllerErrors(controller: string): Iterable<FieldError> {
  const path = 'spec.controller'
  if (controller === '') {
    yield required(path)
    return
  }
  if (byteLength(controller) > controllerBytesMax) yield tooLong(path, controllerBytesMax)
  yield* domainPathErrors(controller, path)
}

const rules: Rules<IngressClassObject> = {
  ...specStatus<IngressClassObject>({ hasGeneration: true }),
  *validate({ spec = {} }) {
    yield* controllerErrors(spec.controller ?? '')
    if (!spec.parameters) return
    yield* referenceErrors(spec.parameters, 'spec.parameters')
    yield* scopeErrors(spec.parameters, 'spec.parameters')
  },
  *validateUpdate({ spec: next }, { spec: old }) {
    const controller = next?.controller ?? ''
    if (controller !== (old?.controller ?? '')) {
      yield invalid('spec.controller', controller, 'field is immutable')
    }
  },
}

function shownName({ metadata }: IngressClassObject): string {
  const isDefault = metadata.annotations?.[defaultClassAnnotation] === 'true'
  return `${metadata.name ?? ''}${isDefault ? ' (default)' : ''}`
}

function parameters({ spec }: IngressClassObject): string {
  if (!spec?.parameters) return '<none>'
  const { kind, name, apiGroup } = spec.parameters
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`
}

const cells: Record<string, Cell<IngressClassObject>> = { Name: shownName, Parameters: parameters }

/** IngressClass: which controller looks after the ingresses that name it. */
export const ingressClass = defineKind<IngressClassObject>(resources['networking.k8s.io/v1/ingressclasses'], {
  cells,
  rules,
})
