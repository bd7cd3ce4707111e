import { badRequest, type ResourceRef } from '#base/errors'
import {
  type FieldError,
  fieldForbidden,
  invalid,
  invalidObject,
  notSupported,
  required,
} from '#base/field-error'
import { isTrue } from './request-info.ts'

/** The parameters of a write. */
export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldManager: string
}

/** Reads and checks CreateOptions, UpdateOptions or PatchOptions from the query. @throws ApiError Invalid. */
export function writeOptions(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  isApply = false,
): WriteOptions {
  const errors: FieldError[] = [...dryRunErrors(query.getAll('dryRun'))]
  const fieldManager = query.get('fieldManager') ?? ''
  if (isApply && fieldManager === '') errors.push(required('fieldManager', 'is required for apply patch'))
  if (fieldManager.length > 128) {
    errors.push({
      fault: 'FieldValueTooLong',
      path: 'fieldManager',
      body: 'Too long: may not be more than 128 bytes',
    })
  }
  const validation = query.get('fieldValidation') ?? ''
  const known = ['', 'Ignore', 'Strict', 'Warn']
  if (!known.includes(validation)) errors.push(notSupported('fieldValidation', validation, known))
  if (kind === 'PatchOptions' && query.has('force') && !isApply) {
    errors.push(fieldForbidden('force', 'may not be specified for non-apply patch'))
  }
  if (errors.length > 0) throw invalidObject('meta.k8s.io', kind, '', errors)
  return { dryRun: query.getAll('dryRun').includes('All'), fieldManager }
}

/** What is wrong with values of dryRun. */
export function dryRunErrors(values: readonly string[]): FieldError[] {
  return values.every((one) => one === 'All')
    ? []
    : [notSupported('dryRun', values.length === 1 ? [values[0]] : values, ['All'])]
}

/** The parameters of a list or a watch, checked. */
export interface ReadOptions {
  readonly labelSelector: string
  readonly fieldSelector: string
  readonly limit: number
  readonly continueToken: string
  /** undefined = not given. */
  readonly resourceVersion: number | undefined
  readonly match: 'Exact' | 'NotOlderThan' | undefined
  readonly timeoutSeconds: number | undefined
  readonly bookmarks: boolean
  readonly sendInitialEvents: boolean | undefined
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^[+-]?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  }
  return Number(text)
}

const uint64Max = 2n ** 64n - 1n

/** The revision that is asked for. @throws ApiError BadRequest on a list, Invalid on a watch. */
function resourceVersionOf(query: URLSearchParams, watched: ResourceRef | undefined): number | undefined {
  const text = query.get('resourceVersion') ?? ''
  if (text === '') return undefined
  const isNumber = /^\d+$/.test(text)
  if (isNumber && BigInt(text) <= uint64Max) return Number(text)
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${isNumber ? 'value out of range' : 'invalid syntax'}`
  const error = invalid('resourceVersion', text, why)
  if (watched) throw invalidObject(watched.group, watched.resource, '', [error])
  throw badRequest(`invalid resource version: ${error.path}: ${error.body}`)
}

/**
 * Reads ListOptions from the query and checks what may stand together; `watched` is the resource of a watch.
 * @throws ApiError BadRequest, Invalid.
 */
export function readOptions(query: URLSearchParams, watched?: ResourceRef): ReadOptions {
  const isWatch = watched !== undefined
  const errors: FieldError[] = []
  const match = query.get('resourceVersionMatch') ?? ''
  const continueToken = query.get('continue') ?? ''
  const initial = query.get('sendInitialEvents')
  const limit = integer(query, 'limit') ?? 0
  const path = 'resourceVersionMatch'
  if (match !== '' && !isWatch)
    errors.push(...matchErrors(match, query.get('resourceVersion') ?? '', continueToken))
  if (isWatch && initial !== null && match === '') {
    errors.push(
      fieldForbidden(path, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    )
  }
  if (isWatch && initial === null && match !== '') {
    errors.push(
      fieldForbidden(
        path,
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    )
  }
  if (isWatch && initial !== null && match !== '' && match !== 'NotOlderThan') {
    errors.push(notSupported(path, match, ['NotOlderThan']))
  }
  if (!isWatch && initial !== null)
    errors.push(fieldForbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  if (errors.length > 0) throw invalidObject('meta.k8s.io', 'ListOptions', '', errors)
  const resourceVersion = resourceVersionOf(query, watched)
  if (continueToken !== '' && resourceVersion !== undefined && resourceVersion !== 0) {
    throw badRequest('specifying resource version is not allowed when using continue')
  }
  return {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    limit: Math.max(0, limit),
    continueToken,
    resourceVersion,
    match: match === '' ? undefined : (match as 'Exact'),
    timeoutSeconds: integer(query, 'timeoutSeconds'),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
  }
}

function matchErrors(match: string, resourceVersion: string, continueToken: string): FieldError[] {
  const path = 'resourceVersionMatch'
  if (continueToken !== '')
    return [fieldForbidden(path, 'resourceVersionMatch is forbidden when continue is provided')]
  if (resourceVersion === '') {
    return [fieldForbidden(path, 'resourceVersionMatch is forbidden unless resourceVersion is provided')]
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    return [notSupported(path, match, ['Exact', 'NotOlderThan', ''])]
  }
  if (match === 'Exact' && resourceVersion === '0') {
    return [fieldForbidden(path, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]
  }
  return []
}
