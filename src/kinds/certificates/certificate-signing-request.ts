import { humanDuration } from '#base/human-duration'
import { timeOf } from '#base/time'
import { copy } from '#schema/copy'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { CertificateSigningRequest as RequestObject } from '../gen/certificates-v1.ts'
import { resources } from '../gen/resources.ts'
import { requestChangeErrors, requestErrors } from './request-errors.ts'

/** Conditions say when they were written and when their status last changed; clients need not. */
function stampConditions(next: RequestObject, old: RequestObject, now: string): void {
  for (const condition of next.status?.conditions ?? []) {
    condition.lastUpdateTime ??= now
    const before = old.status?.conditions?.find(
      ({ type, status }) => type === condition.type && status === condition.status,
    )
    condition.lastTransitionTime ??= before?.lastTransitionTime ?? now
  }
}

const rules: Rules<RequestObject> = {
  prepareCreate(request, { user }) {
    const { request: sent, signerName, expirationSeconds, usages } = request.spec
    const { name: username = '', uid = '', groups = [], extra = {} } = user ?? {}
    request.spec = {
      request: sent,
      signerName,
      ...(expirationSeconds !== undefined && { expirationSeconds }),
      ...(usages && { usages }),
      ...(username !== '' && { username }),
      ...(uid !== '' && { uid }),
      ...(groups.length > 0 && { groups: [...groups] }),
      ...(Object.keys(extra).length > 0 && { extra: copy(extra) as Record<string, string[]> }),
    }
    request.status = {}
  },
  prepareUpdate(next, old, { subresource, now }) {
    next.spec = copy(old.spec)
    const { conditions } = next.status ?? {}
    if (subresource === '') next.status = copy(old.status ?? {})
    if (subresource === 'approval') {
      next.status = { ...copy(old.status ?? {}) }
      if (conditions === undefined) delete next.status.conditions
      else next.status.conditions = conditions
    }
    if (subresource !== '') stampConditions(next, old, timeOf(now))
  },
  validate: requestErrors,
  validateUpdate: (next, old, { subresource }) => requestChangeErrors(next, old, subresource),
}

const cells: Record<string, Cell<RequestObject>> = {
  SignerName: ({ spec }) => spec.signerName || '<none>',
  RequestedDuration: ({ spec }) =>
    spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000),
  Condition({ status }) {
    const has = (type: string) => status?.conditions?.some((one) => one.type === type) === true
    const decided = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
    return decided + (has('Failed') ? ',Failed' : '') + ((status?.certificate ?? '') === '' ? '' : ',Issued')
  },
}

/** CertificateSigningRequest: a wish for a certificate, which somebody approves and somebody signs. */
export const certificateSigningRequest = defineKind<RequestObject>(
  resources['certificates.k8s.io/v1/certificatesigningrequests'],
  { cells, rules },
)
