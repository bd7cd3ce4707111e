import { ApiError, badRequest } from '#base/errors'
import type { KindDef } from '#kinds/define'
import { DecodeError, type Decoded, decode } from '#schema/decode'
import { JsonSyntaxError } from '#schema/json'
import type { KubeObject } from '#schema/object'
import { ProtobufError } from '#schema/protobuf-wire'
import type { TypeDef } from '#schema/type'
import { bodyMediaTypes, type Parsed, parserOf, readAs } from './codec.ts'
import type { Call } from './call.ts'

/** Bodies are at most this long. */
export const bodyBytesMax = 3 << 20

/** The refusal of a content type that we do not read. */
export const unsupportedMediaType = (accepted: readonly string[]) =>
  new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

/** The media type of a request, without its parameters; JSON when it names none. */
export const mediaTypeOf = (headers: Readonly<Record<string, string>>): string =>
  (headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() || 'application/json'

/** Reads the request body as one object of `kind`. @throws ApiError for everything that is wrong with it. */
export async function readObject(call: Call, kind: KindDef): Promise<KubeObject> {
  const parse = parserOf(mediaTypeOf(call.request.headers))
  if (parse === undefined) throw unsupportedMediaType(bodyMediaTypes)
  const bytes = await call.request.body(bodyBytesMax)
  try {
    return understand(call, kind, parse(bytes, kind))
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      const why = `couldn't get version/kind; json parse error: ${error.message}`
      throw unrecognized(kind, `${why} (${summary(bytes)})`)
    }
    if (error instanceof ProtobufError) throw unrecognized(kind, `${error.message} (${summary(bytes)})`)
    throw error
  }
}

/** Reads the body as a type that is no resource of its own (DeleteOptions, Binding). @throws ApiError BadRequest. */
export function readPlain(call: Call, type: TypeDef, bytes: Uint8Array): Decoded {
  const parse = parserOf(mediaTypeOf(call.request.headers))
  if (parse === undefined) throw unsupportedMediaType(bodyMediaTypes)
  try {
    const { value, duplicates } = parse(bytes, { type })
    return decode(type, value, duplicates)
  } catch (error) {
    const isTheirs =
      error instanceof JsonSyntaxError || error instanceof DecodeError || error instanceof ProtobufError
    throw isTheirs ? badRequest(error.message, error) : error
  }
}

const openingBrace = 0x7b

/** How a body begins, for the message of who cannot read it: as text when it looks like JSON, in hexadecimal otherwise. */
function summary(body: Uint8Array): string {
  if (body.length === 0) return '<empty>'
  const start = Buffer.from(body.subarray(0, 30)).toString(body[0] === openingBrace ? 'utf8' : 'hex')
  return body.length > 30 ? `${start} ...` : start
}

/** What a text says it is, when it can be read at all. */
interface Claim {
  readonly kind: string
  readonly version: string
}

/** Reads a parsed body as an object of `kind`, with the field validation that is asked for. @throws ApiError BadRequest. */
export function understand(call: Call, kind: KindDef, parsed: Parsed): KubeObject {
  const claim = checkClaim(call, kind, parsed)
  try {
    const { object, complaints } = readAs(kind, parsed)
    reportComplaints(call, kind, claim, complaints)
    return object
  } catch (error) {
    if (error instanceof DecodeError) throw cannotBeHandled(kind, claim, error.message)
    throw error
  }
}

const unrecognized = (kind: KindDef, why: string) =>
  badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${why}`)

const cannotBeHandled = (kind: KindDef, claim: Claim, why: string) =>
  badRequest(
    `${claim.kind} in version ${JSON.stringify(claim.version)} cannot be handled as a ${kind.kind}: ${why}`,
  )

/** Checks that the body's kind and apiVersion, where given, are those of the path. */
function checkClaim(call: Call, kind: KindDef, { value }: Parsed): Claim {
  const { kind: named, apiVersion } = (typeof value === 'object' && value !== null ? value : {}) as {
    kind?: unknown
    apiVersion?: unknown
  }
  const claim = {
    kind: typeof named === 'string' && named !== '' ? named : kind.kind,
    apiVersion: typeof apiVersion === 'string' && apiVersion !== '' ? apiVersion : kind.apiVersion,
  }
  const version = claim.apiVersion.slice(claim.apiVersion.indexOf('/') + 1)
  if (claim.kind === kind.kind && claim.apiVersion === kind.apiVersion) return { kind: claim.kind, version }
  if (call.core.registry.ofKind(claim.apiVersion, claim.kind) === undefined) {
    const why = `no kind ${JSON.stringify(claim.kind)} is registered for version ${JSON.stringify(claim.apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`
    throw cannotBeHandled(kind, { kind: claim.kind, version }, why)
  }
  if (claim.kind === kind.kind) {
    throw badRequest(
      `the API version in the data (${claim.apiVersion}) does not match the expected API version (${kind.apiVersion})`,
    )
  }
  const why = `converting (${version}.${claim.kind}) to (${kind.group === '' ? 'core' : kind.group.split('.')[0]}.${kind.kind}): unknown conversion`
  throw cannotBeHandled(kind, { kind: claim.kind, version }, why)
}

/** Unknown and duplicate members: refused, warned of, or passed over, as the request asks. */
function reportComplaints(call: Call, kind: KindDef, claim: Claim, complaints: readonly string[]): void {
  if (complaints.length === 0) return
  const validation = call.info.query.get('fieldValidation') ?? 'Warn'
  if (validation === 'Strict')
    throw cannotBeHandled(kind, claim, `strict decoding error: ${complaints.join(', ')}`)
  if (validation === 'Warn') call.warnings.push(...complaints)
}
