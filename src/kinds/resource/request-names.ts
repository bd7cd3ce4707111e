import { type FieldError, invalid } from '#base/field-error'
import type { DeviceClaim } from '../gen/resource-v1.ts'
import { labelErrors } from './device-names.ts'
import { setErrors } from './sized-lists.ts'

/** Names of the requests of a claim, each with those of the requests in it. */
export type RequestNames = ReadonlyMap<string, ReadonlySet<string>>

/** How many requests a claim may have. */
export const requestsMax = 32

/** The names that the parts of a claim may use. */
export function requestNamesOf({ requests = [] }: DeviceClaim): RequestNames {
  return new Map(
    (requests ?? []).map(({ name, firstAvailable = [] }) => [
      name,
      new Set(firstAvailable.map((one) => one.name)),
    ]),
  )
}

const mustBeRequest =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

/** Faults of a name of a request, or of one and one in it. */
export function* requestNameErrors(name: string, names: RequestNames, path: string): Iterable<FieldError> {
  const parts = name.split('/')
  const [request = '', inner] = parts
  if (parts.length > 2) {
    yield invalid(path, name, mustBeRequest)
    return
  }
  for (const part of parts) yield* labelErrors(part, path)
  const known = names.get(request)
  if (!known || (inner !== undefined && !known.has(inner))) yield invalid(path, name, mustBeRequest)
}

/** Faults of the requests that a part of a claim is about. */
export const requestListErrors = (
  requests: readonly string[] | undefined,
  names: RequestNames,
  path: string,
): Iterable<FieldError> =>
  setErrors(
    requests ?? [],
    requestsMax,
    path,
    (name, at) => requestNameErrors(name, names, at),
    (name) => name,
  )
