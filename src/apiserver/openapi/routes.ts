import { createHash } from 'node:crypto'
import { noRoute } from '#base/errors'
import type { HttpRequest, HttpResponse } from '#base/http'
import type { KindDef } from '#kinds/define'
import type { JsonSchema } from '#schema/openapi'
import { uncached } from '../answer.ts'
import type { Route } from '../contract.ts'
import { readOnly } from '../discovery/json-answer.ts'
import { discoveryPaths } from './discovery-paths.ts'
import { openApiDocument, swaggerDocument } from './document.ts'
import { versionPath } from './paths.ts'
import { swaggerProtobuf } from './swagger-protobuf.ts'

const jsonType = 'application/json'
const yearMs = 365 * 24 * 3600 * 1000
const encoder = new TextEncoder()

const hashOf = (text: string) => createHash('sha512').update(text).digest('hex').toUpperCase()

/** A document, its JSON and the hash of that, which changes when the document does. */
interface Made {
  readonly value: JsonSchema
  readonly text: string
  readonly hash: string
}

/** A document that is made when it is first asked for. */
type Lazy = () => Promise<Made>

function lazily(make: () => Promise<JsonSchema>): Lazy {
  let made: ReturnType<Lazy> | undefined
  const produce = async () => {
    const value = await make()
    const text = JSON.stringify(value)
    return { value, text, hash: hashOf(text) }
  }
  return () => (made ??= produce())
}

/** The descriptions of the API: `/openapi/v2` of all, `/openapi/v3` as an index of one document per group version. */
export function openApiRoutes(kinds: readonly KindDef[], now: () => number): Route[] {
  const described = kinds.filter((kind) => kind.typeName !== undefined)
  const all = lazily(() => swaggerDocument(described))
  const documents = documentsOf(described)
  return [
    { path: '/openapi/v2', handle: readOnly((request) => swaggerAnswer(request, all)) },
    {
      path: '/openapi/v3',
      below: true,
      handle: readOnly(async (request) => {
        const { pathname, searchParams } = new URL(request.url, 'http://-')
        const path = pathname.replace(/^\/openapi\/v3\/?|\/$/g, '')
        if (path === '') return indexAnswer(request, documents)
        const document = documents.get(path)
        if (document === undefined) throw noRoute()
        return versionAnswer(request, path, await document(), searchParams.get('hash'), now)
      }),
    },
  ]
}

/** One document for each group version, and for what tells which there are. */
function documentsOf(kinds: readonly KindDef[]): Map<string, Lazy> {
  const more = Map.groupBy(discoveryPaths(kinds, 'v3'), ([path]) => path)
  const own = Map.groupBy(kinds, (kind) => versionPath(kind).slice(1))
  const paths = [...more.keys()].toSorted()
  return new Map(
    paths.map((path) => {
      const items = (more.get(path) ?? []).map(([, item]) => item)
      return [path, lazily(() => openApiDocument(kinds, own.get(path) ?? [], items))]
    }),
  )
}

const addressOf = (path: string, hash: string) => `/openapi/v3/${path}?hash=${hash}`

async function indexAnswer(
  request: HttpRequest,
  documents: ReadonlyMap<string, Lazy>,
): Promise<HttpResponse> {
  const paths: Record<string, object> = {}
  for (const [path, document] of documents) {
    paths[path] = { serverRelativeURL: addressOf(path, (await document()).hash) }
  }
  const text = JSON.stringify({ paths })
  return answer(request, hashOf(text), jsonType, () => encoder.encode(text))
}

/** The document of a group version. Where its address has its hash, it may be kept for good. */
async function versionAnswer(
  request: HttpRequest,
  path: string,
  { text, hash }: Made,
  asked: string | null,
  now: () => number,
): Promise<HttpResponse> {
  if (chosenType(request, [jsonType]) === undefined) return notAcceptable
  if (asked && asked !== hash) {
    return { status: 301, headers: { location: addressOf(path, hash) }, body: new Uint8Array(0) }
  }
  const expires = new Date(now() + yearMs).toUTCString()
  const kept = asked ? { 'cache-control': 'public, immutable', expires } : uncached
  return answer(request, hash, jsonType, () => encoder.encode(text), kept)
}

const swaggerType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
/** The name by which older clients ask for it. */
const oldSwaggerType = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'

/** Swagger 2.0 in JSON or protobuf. */
async function swaggerAnswer(request: HttpRequest, document: Lazy): Promise<HttpResponse> {
  const type = chosenType(request, [jsonType, swaggerType, oldSwaggerType])
  if (type === undefined) return notAcceptable
  const { value, text, hash } = await document()
  if (type === jsonType) return answer(request, hash, type, () => encoder.encode(text))
  // Caches of clients must not take one form for the other.
  return answer(request, `${hash}-protobuf`, swaggerType, () => swaggerProtobuf(value))
}

/** The first type that the client accepts of those that there are. */
function chosenType(request: HttpRequest, types: readonly string[]): string | undefined {
  const accepted = (request.headers.accept || '*/*').split(',').map((one) => one.split(';', 1)[0]?.trim())
  const takes = (wanted: string | undefined, type: string) =>
    wanted === type || wanted === '*/*' || wanted === 'application/*'
  return accepted
    .map((wanted) => types.find((type) => takes(wanted, type)))
    .find((type) => type !== undefined)
}

const notAcceptable: HttpResponse = { status: 406, headers: { vary: 'Accept' }, body: new Uint8Array(0) }

/** A document, or 304 when the client has this very one. */
function answer(
  request: HttpRequest,
  hash: string,
  type: string,
  make: () => Uint8Array,
  more: Readonly<Record<string, string>> = uncached,
): HttpResponse {
  const etag = `"${hash}"`
  const headers = { etag, vary: 'Accept', ...more }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: new Uint8Array(0) }
  return { status: 200, headers: { ...headers, 'content-type': type }, body: make() }
}
