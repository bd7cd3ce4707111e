import { type ServiceError, status } from '@grpc/grpc-js'
import { StoreError } from '../contract.ts'

/** What etcd says when a revision is gone, see the messages of its v3rpc errors. */
const compacted = /required revision has been compacted/

const whenFull =
  "delete objects, then compact, defragment and disarm etcd's alarm, or raise its --quota-backend-bytes"

/** An error of a call as a store error; whatever may have happened or not is `unavailable`. */
export function toStoreError(error: unknown): StoreError {
  const { code, details = String(error) } = error as Partial<ServiceError>
  const message = `etcd: ${details}`
  const cause = { cause: error }
  if (code === status.OUT_OF_RANGE && compacted.test(details))
    return new StoreError('compacted', message, cause)
  if (/required revision is a future revision/.test(details)) {
    return new StoreError('futureRevision', message, cause)
  }
  if (/request is too large|message larger than max/.test(details)) {
    return new StoreError('tooLarge', message, cause)
  }
  if (/database space exceeded/.test(details)) return new StoreError('full', `${message}; ${whenFull}`, cause)
  return new StoreError('unavailable', message, cause)
}

/** True when another endpoint may do better: this one is down, without a leader or does not answer. */
export function isEndpointFault(error: unknown): boolean {
  const { code } = error as Partial<ServiceError>
  return code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED || code === status.INTERNAL
}

/** True when a lease that a write names is not there any more. */
export const isLeaseGone = (error: unknown): boolean =>
  /requested lease not found/.test((error as Partial<ServiceError>).details ?? '')
