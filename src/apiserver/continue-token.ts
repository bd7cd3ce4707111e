import { badRequest } from '#base/errors'

const version = 'meta.k8s.io/v1'

/** Where a list goes on: the revision it is of and the first key of the next page. */
export interface Continuation {
  /** -1: from the newest state, consistent with itself only. */
  readonly revision: number
  /** Below the list's prefix. */
  readonly start: string
}

/** The token that a client sends back for the next page. */
export function encodeContinue({ revision, start }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: version, rv: revision, start: `${start}\0` })).toString('base64url')
}

/** Reads a token. @throws ApiError BadRequest for one that we did not make. */
export function decodeContinue(token: string): Continuation {
  const { v, rv, start } = readToken(token)
  if (v !== version)
    throw invalid(`: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`)
  if (typeof rv !== 'number' || rv === 0) {
    throw invalid(`: incorrect encoded start resourceVersion (version ${version})`)
  }
  if (typeof start !== 'string' || start === '')
    throw invalid(`: encoded start key empty (version ${version})`)
  if (leadsElsewhere(start)) throw invalid(`: ${start}`)
  return { revision: rv, start: start.startsWith('/') ? start.slice(1) : start }
}

const invalid = (why: string) => badRequest(`invalid continue token: continue key is not valid${why}`)

function readToken(token: string): { v?: unknown; rv?: unknown; start?: unknown } {
  const wrongAt = token.search(/[^\w-]/)
  if (wrongAt >= 0) throw invalid(`: illegal base64 data at input byte ${wrongAt}`)
  try {
    return (JSON.parse(Buffer.from(token, 'base64url').toString()) as object | null) ?? {}
  } catch (error) {
    throw invalid(`: ${(error as Error).message}`)
  }
}

/** True for a start that is not the plain path that we would have made: it might lead out of the list's prefix. */
const leadsElsewhere = (start: string) =>
  start
    .replace(/^\//, '')
    .split('/')
    .some((segment) => segment === '' || segment === '.' || segment === '..')
