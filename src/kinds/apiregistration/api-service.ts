import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { timeOf } from '#base/time'
import { dns1035LabelFaults, subdomainFaults } from '#schema/name-rules'
import { type Cell, defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type { APIService as ApiServiceObject, APIServiceSpec } from '../gen/apiregistration-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'

const noSpec: APIServiceSpec = { groupPriorityMinimum: 0, versionPriority: 0 }
const statuses = ['True', 'False', 'Unknown']
const groupPriorityMax = 20_000
const versionPriorityMax = 1_000

function* priorityErrors({ groupPriorityMinimum, versionPriority }: APIServiceSpec): Iterable<FieldError> {
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > groupPriorityMax) {
    const text = 'must be positive and less than 20000'
    yield invalid('spec.groupPriorityMinimum', groupPriorityMinimum, text)
  }
  if (versionPriority <= 0 || versionPriority > versionPriorityMax) {
    yield invalid('spec.versionPriority', versionPriority, 'must be positive and less than 1000')
  }
}

/** How many bytes a text in base64 stands for. */
const bytesOf = (base64: string) => Math.floor((base64.replace(/=+$/, '').length * 3) / 4)

function* backendErrors({
  service,
  caBundle = '',
  insecureSkipTLSVerify: blind,
}: APIServiceSpec): Iterable<FieldError> {
  if (service === undefined) {
    if (caBundle !== '') {
      yield invalid(
        'spec.caBundle',
        `${bytesOf(caBundle)} bytes`,
        'local APIServices may not have a caBundle',
      )
    }
    if (blind) {
      const text = 'local APIServices may not have insecureSkipTLSVerify'
      yield invalid('spec.insecureSkipTLSVerify', blind, text)
    }
    return
  }
  if ((service.namespace ?? '') === '') yield required('spec.service.namespace')
  if ((service.name ?? '') === '') yield required('spec.service.name')
  if (blind && caBundle !== '') {
    yield invalid('spec.insecureSkipTLSVerify', blind, 'may not be true if caBundle is present')
  }
}

function* specErrors(name: string, spec: APIServiceSpec): Iterable<FieldError> {
  const { group = '', version = '' } = spec
  const wanted = `${version}.${group}`
  if (name !== wanted) {
    yield invalid('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`)
  }
  if (group === '' && version !== 'v1') {
    yield required('spec.group', 'only v1 may have an empty group and it better be legacy kube')
  }
  if (group !== '') yield* eachFault('spec.group', group, subdomainFaults(group))
  yield* eachFault('spec.version', version, dns1035LabelFaults(version))
  yield* priorityErrors(spec)
  yield* backendErrors(spec)
}

function* statusErrors({ status }: ApiServiceObject): Iterable<FieldError> {
  for (const [i, condition] of (status?.conditions ?? []).entries()) {
    const path = `status.conditions[${i}].status`
    if (!statuses.includes(condition.status)) yield notSupported(path, condition.status, statuses)
  }
}

const common = specStatus<ApiServiceObject>({
  newStatus: () => ({}),
  keptByStatus: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
})

const rules: Rules<ApiServiceObject> = {
  ...common,
  prepareCreate(object, context) {
    common.prepareCreate(object, context)
    if (object.spec?.service !== undefined) return
    const lastTransitionTime = timeOf(context.now)
    const message = 'Local APIServices are always available'
    const condition = { type: 'Available', status: 'True', lastTransitionTime, reason: 'Local', message }
    object.status = { conditions: [condition] }
  },
  validate(object, { subresource }) {
    if (subresource === 'status') return statusErrors(object)
    return specErrors(object.metadata.name ?? '', object.spec ?? noSpec)
  },
}

const cells: Record<string, Cell<ApiServiceObject>> = {
  Service({ spec }) {
    const { service } = spec ?? noSpec
    return service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`
  },
  Available({ status }) {
    const condition = status?.conditions?.find(({ type }) => type === 'Available')
    if (condition === undefined) return 'Unknown'
    const { status: is, reason = '' } = condition
    return is === 'True' || reason === '' ? is : `${is} (${reason})`
  },
}

/** APIService: who serves a version of an API group: this server or another behind it. */
export const apiService = defineKind<ApiServiceObject>(
  { ...resources['apiregistration.k8s.io/v1/apiservices'], name: 'pathSegment' },
  { cells, rules },
)
