import { createHash } from 'node:crypto'
import { noRoute } from '#base/errors'
import type { HttpRequest, HttpResponse } from '#base/http'
import type { KindDef } from '#kinds/define'
import type { JsonSchema } from '#schema/openapi'
import type { Route } from '../contract.ts'
import { documentAnswer, readOnly } from '../discovery/json-answer.ts'
import { openApiDocument, swaggerDocument } from './document.ts'
import { swaggerProtobuf } from './swagger-protobuf.ts'

/** A document that is made when it is first asked for. */
interface Lazy {
  value(): object
  /** Changes when the document does. */
  hash(): string
}

function lazily(make: () => object): Lazy {
  let made: object | undefined
  let hash: string | undefined
  const value = () => {
    made ??= make()
    return made
  }
  return {
    value,
    hash() {
      hash ??= createHash('sha512').update(JSON.stringify(value())).digest('hex').toUpperCase()
      return hash
    },
  }
}

/** The descriptions of the API: `/openapi/v2` of all, `/openapi/v3` as an index of one document per group version. */
export function openApiRoutes(kinds: readonly KindDef[]): Route[] {
  const described = kinds.filter((kind) => kind.typeName !== undefined)
  const all = lazily(() => swaggerDocument(described))
  const documents = new Map(
    [...Map.groupBy(described, pathOf)].map(([path, own]) => [path, lazily(() => openApiDocument(own))]),
  )
  return [
    {
      path: '/openapi/v2',
      handle: readOnly((request) =>
        request.headers.accept?.includes('proto-openapi.spec.v2') === true
          ? swaggerAnswer(request, all)
          : answer(request, all),
      ),
    },
    {
      path: '/openapi/v3',
      below: true,
      handle: readOnly((request) => {
        const path = (request.url.split('?', 1)[0] as string).replace(/^\/openapi\/v3\/?|\/$/g, '')
        if (path === '') return documentAnswer(request, indexOf(documents))
        const document = documents.get(path)
        if (document === undefined) throw noRoute()
        return answer(request, document)
      }),
    },
  ]
}

/** `api/v1`, `apis/apps/v1` */
const pathOf = ({ group, version }: KindDef) => (group === '' ? `api/${version}` : `apis/${group}/${version}`)

const indexOf = (documents: ReadonlyMap<string, Lazy>) => ({
  paths: Object.fromEntries(
    Array.from(documents, ([path, document]) => [
      path,
      { serverRelativeURL: `/openapi/v3/${path}?hash=${document.hash()}` },
    ]),
  ),
})

const swaggerType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/** Swagger 2.0 in protobuf. */
const swaggerAnswer = (request: HttpRequest, document: Lazy) =>
  answer(request, document, 'protobuf', async () => ({
    status: 200,
    headers: { 'content-type': swaggerType },
    body: swaggerProtobuf(document.value() as JsonSchema),
  }))

/** A document, or 304 when the client has this very one; for good where its address tells which one it is. */
async function answer(
  request: HttpRequest,
  document: Lazy,
  form = request.headers.accept?.includes('yaml') === true ? 'yaml' : 'json',
  make = () => documentAnswer(request, document.value()),
): Promise<HttpResponse> {
  // Caches of clients must not take one form for another.
  const etag = `"${document.hash()}-${form}"`
  const isPinned = request.url.includes(`hash=${document.hash()}`)
  const headers = {
    etag,
    vary: 'Accept',
    'cache-control': isPinned ? 'public, immutable' : 'no-cache, private',
  }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: new Uint8Array(0) }
  const whole = await make()
  return { ...whole, headers: { ...whole.headers, ...headers } }
}
