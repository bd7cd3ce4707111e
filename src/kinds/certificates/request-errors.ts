import {
  duplicate,
  type FieldError,
  fieldForbidden,
  invalid,
  notSupported,
  required,
} from '#base/field-error'
import { equal } from '#schema/equal'
import type {
  CertificateSigningRequest as RequestObject,
  CertificateSigningRequestCondition,
  CertificateSigningRequestSpec,
} from '../gen/certificates-v1.ts'
import { pemBlocks } from './pem.ts'
import { signerNameErrors } from './signer-name-errors.ts'

const usages =
  'any,cert sign,client auth,code signing,content commitment,crl sign,data encipherment,decipher only,digital signature,email protection,encipher only,ipsec end system,ipsec tunnel,ipsec user,key agreement,key encipherment,microsoft sgc,netscape sgc,ocsp signing,s/mime,server auth,signing,timestamping'.split(
    ',',
  )
const statuses = ['False', 'True', 'Unknown']
const decisions = ['Approved', 'Denied']
const finalTypes = [...decisions, 'Failed']
const legacySigner = 'kubernetes.io/legacy-unknown'
const secondsMin = 600

function* specErrors(spec: CertificateSigningRequestSpec): Iterable<FieldError> {
  if (pemBlocks(spec.request)[0]?.type !== 'CERTIFICATE REQUEST') {
    yield invalid('spec.request', spec.request, 'PEM block type must be CERTIFICATE REQUEST')
  }
  const chosen = spec.usages ?? []
  if (chosen.length === 0) yield required('spec.usages', 'usages must be provided')
  for (const [i, one] of chosen.entries()) {
    if (!usages.includes(one)) yield notSupported(`spec.usages[${i}]`, one, usages)
  }
  for (const [i, one] of chosen.entries()) {
    if (chosen.indexOf(one) < i) yield duplicate(`spec.usages[${i}]`, one)
  }
  if (spec.signerName === legacySigner) {
    const text = 'the legacy signerName is not allowed via this API version'
    yield invalid('spec.signerName', spec.signerName, text)
  } else yield* signerNameErrors(spec.signerName, 'spec.signerName')
  const { expirationSeconds: seconds } = spec
  if (seconds !== undefined && seconds < secondsMin) {
    const text = 'may not specify a duration less than 600 seconds (10 minutes)'
    yield invalid('spec.expirationSeconds', seconds, text)
  }
}

function* conditionErrors(conditions: readonly CertificateSigningRequestCondition[]): Iterable<FieldError> {
  const types = conditions.map(({ type }) => type)
  for (const [i, { type, status }] of conditions.entries()) {
    const path = `status.conditions[${i}]`
    if (type === '') yield required(`${path}.type`)
    const allowed = finalTypes.includes(type) ? ['True'] : statuses
    if (status === '') yield required(`${path}.status`)
    else if (!allowed.includes(status)) yield notSupported(`${path}.status`, status, allowed)
    const other = decisions.find((one) => one !== type)
    if (decisions.includes(type) && types.slice(0, i).includes(other as string)) {
      yield invalid(`${path}.type`, type, 'Approved and Denied conditions are mutually exclusive')
    }
    if (types.indexOf(type) < i) yield duplicate(`${path}.type`, type)
  }
}

/** The first fault of an issued certificate. */
function certificateFault(certificate: string): string | undefined {
  if (certificate === '') return undefined
  const blocks = pemBlocks(certificate)
  const odd = blocks.find(({ type, hasHeaders }) => type !== 'CERTIFICATE' || hasHeaders)
  if (odd) {
    return odd.type === 'CERTIFICATE'
      ? 'no PEM block headers are permitted'
      : `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(odd.type)}`
  }
  return blocks.length > 0 ? undefined : 'must contain at least one CERTIFICATE PEM block'
}

/** Everything wrong with a request, whatever it was before. */
export function* requestErrors({ spec, status }: RequestObject): Iterable<FieldError> {
  yield* specErrors(spec)
  yield* conditionErrors(status?.conditions ?? [])
  const fault = certificateFault(status?.certificate ?? '')
  if (fault !== undefined) yield invalid('status.certificate', '<certificate data>', fault)
}

const ofType = ({ status }: RequestObject, type: string) =>
  (status?.conditions ?? []).filter((one) => one.type === type)

function* conditionChangeErrors(
  next: RequestObject,
  old: RequestObject,
  mayDecide: boolean,
): Iterable<FieldError> {
  const path = 'status.conditions'
  for (const type of finalTypes) {
    if (ofType(next, type).length < ofType(old, type).length) {
      yield fieldForbidden(path, `updates may not remove a condition of type ${JSON.stringify(type)}`)
    }
  }
  if (mayDecide) return
  for (const type of decisions) {
    const [after, before] = [ofType(next, type), ofType(old, type)]
    const shown = JSON.stringify(type)
    if (after.length > before.length) {
      yield fieldForbidden(path, `updates may not add a condition of type ${shown}`)
    } else if (after.length === before.length && !equal(after, before)) {
      yield fieldForbidden(path, `updates may not modify a condition of type ${shown}`)
    }
  }
}

/** Everything wrong with a change: only approval decides, only the status gets the certificate, and once. */
export function* requestChangeErrors(
  next: RequestObject,
  old: RequestObject,
  subresource: string,
): Iterable<FieldError> {
  yield* conditionChangeErrors(next, old, subresource === 'approval')
  const [after, before] = [next.status?.certificate ?? '', old.status?.certificate ?? '']
  if (after === before) return
  if (subresource !== 'status') {
    yield fieldForbidden('status.certificate', 'updates may not set certificate content')
  } else if (before !== '') {
    yield fieldForbidden('status.certificate', 'updates may not modify existing certificate content')
  }
}
