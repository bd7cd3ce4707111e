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

/** What a body should be: a kind, or a type that only a subresource takes. */
export type Expected = Pick<KindDef, 'kind' | 'apiVersion' | 'group' | 'type'> & {
  /** Older versions of the same, which are understood all the same. */
  readonly alsoIn?: readonly string[]
}

/** Reads the request body as one object of `kind`. @throws ApiError for everything that is wrong with it. */
export async function readObject(call: Call, kind: Expected): Promise<KubeObject> {
  const parse = parserOf(mediaTypeOf(call.request.headers))
  if (parse === undefined) throw unsupportedMediaType(bodyMediaTypes)
  const bytes = await call.request.body(bodyBytesMax)
  try {
    const object = understand(call, kind, parse(bytes, kind))
    call.audit?.sent(kind.type, object)
    return object
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      const why = `couldn't get version/kind; json parse error: ${error.message}`
      throw unrecognized(kind, `${why} (${summary(bytes)})`)
    }
    if (error instanceof ProtobufError) throw unrecognized(kind, `${error.message} (${summary(bytes)})`)
    throw error
  }
}

/**
 * Reads bytes as options of a type that all groups share (DeleteOptions): of whatever version, but of no other kind.
 * @throws ApiError BadRequest.
 */
export function readOptions(call: Call, kind: string, type: TypeDef, bytes: Uint8Array): Decoded {
  const parse = parserOf(mediaTypeOf(call.request.headers))
  if (parse === undefined) throw unsupportedMediaType(bodyMediaTypes)
  try {
    const { value, duplicates } = parse(bytes, { type })
    const claim = claimOf(value, { kind, apiVersion: 'v1' })
    if (claim.kind !== kind) throw badRequest(unregistered(claim, metaScheme))
    const decoded = decode(type, value, duplicates)
    call.audit?.sentValue(decoded.object)
    return decoded
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`, error)
    }
    throw error instanceof DecodeError || error instanceof ProtobufError
      ? badRequest(error.message, error)
      : error
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

interface Names {
  readonly kind: string
  readonly apiVersion: string
}

/** The names in a body; where it has none, the usual ones. */
function claimOf(value: Parsed['value'], usual: Names): Names {
  const { kind, apiVersion } = (typeof value === 'object' && value !== null ? value : {}) as {
    kind?: unknown
    apiVersion?: unknown
  }
  return {
    kind: typeof kind === 'string' && kind !== '' ? kind : usual.kind,
    apiVersion: typeof apiVersion === 'string' && apiVersion !== '' ? apiVersion : usual.apiVersion,
  }
}

// Upstream's names for the places where it keeps its types; clients see them in its words.
const mainScheme = 'pkg/api/legacyscheme/scheme.go:30'
const metaScheme = 'k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27'

const unregistered = ({ kind, apiVersion }: Names, scheme: string) =>
  `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "${scheme}"`

/** Reads a parsed body as an object of `kind`, with the field validation that is asked for. @throws ApiError BadRequest. */
export function understand(call: Call, kind: Expected, parsed: Parsed): KubeObject {
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

const unrecognized = (kind: Expected, why: string) =>
  badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${why}`)

const cannotBeHandled = (kind: Expected, claim: Claim, why: string) =>
  badRequest(
    `${claim.kind} in version ${JSON.stringify(claim.version)} cannot be handled as a ${kind.kind}: ${why}`,
  )

/** Checks that the body's kind and apiVersion, where given, are those of the path. */
function checkClaim(call: Call, kind: Expected, { value }: Parsed): Claim {
  const claim = claimOf(value, kind)
  const version = claim.apiVersion.slice(claim.apiVersion.indexOf('/') + 1)
  const versions = [kind.apiVersion, ...(kind.alsoIn ?? [])]
  if (claim.kind === kind.kind && versions.includes(claim.apiVersion)) return { kind: claim.kind, version }
  if (call.core.registry.ofKind(claim.apiVersion, claim.kind) === undefined) {
    throw cannotBeHandled(kind, { kind: claim.kind, version }, unregistered(claim, mainScheme))
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
function reportComplaints(call: Call, kind: Expected, claim: Claim, complaints: readonly string[]): void {
  if (complaints.length === 0) return
  const validation = call.info.query.get('fieldValidation') ?? 'Warn'
  if (validation === 'Strict')
    throw cannotBeHandled(kind, claim, `strict decoding error: ${complaints.join(', ')}`)
  if (validation === 'Warn') call.warnings.push(...complaints)
}
