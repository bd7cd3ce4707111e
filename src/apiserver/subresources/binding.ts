import { badRequest, conflict } from '#base/errors'
import { invalid, invalidObject, notSupported, required } from '#base/field-error'
import type { HttpResponse } from '#base/http'
import { timeOf } from '#base/time'
import type { KubeObject } from '#schema/object'
import { answerWith } from '../answer.ts'
import type { Subresource, SubresourceCall } from '../contract.ts'
import { negotiate } from '../negotiate.ts'

interface Binding extends KubeObject {
  readonly target?: { readonly kind?: string; readonly name?: string }
}

interface Bindable extends KubeObject {
  spec: { nodeName?: string; schedulingGates?: unknown[] }
  status: { conditions?: { type: string; status: string; lastProbeTime: null; lastTransitionTime: string }[] }
}

/** POST to .../binding: gives the object to a node, once. */
export const binding: Subresource = {
  async handle(call) {
    const sent = (await call.body('io.k8s.api.core.v1.Binding')) as Binding
    checkBinding(call, sent)
    const node = sent.target?.name as string
    await call.change((object) => bound(call, object as Bindable, sent, node))
    return success(call)
  },
}

function checkBinding({ name }: SubresourceCall, sent: Binding): void {
  const sentName = sent.metadata.name ?? ''
  if (sentName !== '' && sentName !== name) {
    throw badRequest(`the name of the object (${sentName}) does not match the name on the URL (${name})`)
  }
  const { kind = '', name: target = '' } = sent.target ?? {}
  const errors = [
    ...(kind === '' || kind === 'Node' ? [] : [notSupported('target.kind', kind, ['Node', '<empty>'])]),
    ...(target === '' ? [required('target.name')] : []),
  ]
  if (errors.length > 0) throw invalidObject('', 'Binding', sentName, errors)
}

function bound(call: SubresourceCall, object: Bindable, sent: Binding, node: string): KubeObject {
  const ref = { group: '', resource: `${call.kind.plural}/binding` }
  const { metadata, spec, status } = object
  if (sent.metadata.uid !== undefined && sent.metadata.uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${sent.metadata.uid}, UID in object meta: ${metadata.uid}`
    throw conflict(ref, call.name, why)
  }
  if (metadata.deletionTimestamp !== undefined) {
    throw conflict(ref, call.name, `pod ${call.name} is being deleted, cannot be assigned to a host`)
  }
  if ((spec.nodeName ?? '') !== '') {
    throw conflict(
      ref,
      call.name,
      `pod ${call.name} is already assigned to node ${JSON.stringify(spec.nodeName)}`,
    )
  }
  if ((spec.schedulingGates?.length ?? 0) > 0) {
    throw invalidObject('', call.kind.kind, call.name, [
      invalid(
        'spec.schedulingGates',
        spec.schedulingGates,
        `pod ${call.name} has non-empty .spec.schedulingGates`,
      ),
    ])
  }
  spec.nodeName = node
  metadata.annotations = { ...metadata.annotations, ...sent.metadata.annotations }
  const condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timeOf(call.server.parts.clock.now()),
  }
  const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type)
  return { ...object, status: { ...status, conditions: [...others, condition] } } as KubeObject
}

/** 201 with a Status that says it is done. */
export function success({ request, query }: SubresourceCall): Promise<HttpResponse> {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
  return answerWith(negotiate(request.headers, query), status, 201)
}
