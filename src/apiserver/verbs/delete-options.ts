import { badRequest } from '#base/errors'
import { type FieldError, invalid, invalidObject, notSupported } from '#base/field-error'
import type { TypeDef } from '#schema/type'
import { bodyBytesMax, readOptions } from '../body.ts'
import type { Call } from '../call.ts'
import { dryRunErrors } from '../options.ts'
import { isTrue } from '../request-info.ts'

/** meta/v1 DeleteOptions, checked. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly orphanDependents?: boolean
  readonly propagationPolicy?: string
  readonly dryRun?: readonly string[]
}

const policies = ['Foreground', 'Background', 'Orphan']

/** Reads DeleteOptions from the body or, when there is none, from the query. @throws ApiError BadRequest, Invalid. */
export async function deleteOptions(call: Call, type: TypeDef): Promise<DeleteOptions> {
  const bytes = await call.request.body(bodyBytesMax)
  const options =
    bytes.length > 0
      ? (readOptions(call, 'DeleteOptions', type, bytes).object as DeleteOptions)
      : fromQuery(call.info.query)
  return checkDeleteOptions(options)
}

/** Checks DeleteOptions that came some other way. @throws ApiError Invalid. */
export function checkDeleteOptions(options: DeleteOptions): DeleteOptions {
  const errors: FieldError[] = dryRunErrors(options.dryRun ?? [])
  const { propagationPolicy, orphanDependents } = options
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    errors.push(
      invalid(
        'propagationPolicy',
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    )
  }
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy)) {
    errors.push(notSupported('propagationPolicy', propagationPolicy, [...policies, 'nil']))
  }
  if (errors.length > 0) throw invalidObject('meta.k8s.io', 'DeleteOptions', '', errors)
  return options
}

function fromQuery(query: URLSearchParams): DeleteOptions {
  const grace = query.get('gracePeriodSeconds')
  if (grace !== null && !/^[+-]?\d+$/.test(grace)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`)
  }
  const policy = query.get('propagationPolicy')
  const orphan = query.get('orphanDependents')
  return {
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
    ...(query.has('dryRun') && { dryRun: query.getAll('dryRun') }),
  }
}
