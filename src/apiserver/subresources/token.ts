import { badRequest, conflict, noRoute } from '#base/errors'
import { type FieldError, invalid, invalidObject } from '#base/field-error'
import { timeOf } from '#base/time'
import { typeNamed } from '#kinds/types'
import { canonical } from '#schema/canonical'
import type { KubeObject } from '#schema/object'
import type { AccountClaims, NamedObject, TokenAuthority } from '../account-tokens/token-authority.ts'
import { answerWith } from '../answer.ts'
import type { Subresource, SubresourceCall } from '../contract.ts'
import { negotiate } from '../negotiate.ts'

interface BoundObject {
  readonly kind?: string
  readonly apiVersion?: string
  readonly name?: string
  readonly uid?: string
}

interface TokenRequest extends KubeObject {
  spec?: { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: BoundObject }
}

interface Podlike extends KubeObject {
  readonly spec?: { readonly serviceAccountName?: string; readonly nodeName?: string }
}

const typeName = 'io.k8s.api.authentication.v1.TokenRequest'
const group = 'authentication.k8s.io'
const kind = 'TokenRequest'
const defaultSeconds = 3_600
const leastSeconds = 600
/** A pod's mounted token is asked for with this; it warns after it and ends a year later. */
const mountedSeconds = 3_607
const extendedSeconds = 365 * 24 * 3_600

/** POST to .../token: a token by which whoever holds it is taken for the service account. */
export const token: Subresource = {
  async handle(call) {
    const authority = call.server.parts.accountTokens
    if (authority === undefined) throw noRoute()
    const sent = (await call.body(typeName)) as TokenRequest
    checkMeta(call, sent)
    const { metadata } = await call.object()
    const { uid = '' } = sent.metadata
    if (uid !== '' && uid !== metadata.uid) {
      const why = `the UID in the token request (${uid}) does not match the UID of the service account (${metadata.uid})`
      throw conflict({ group, resource: kind }, call.name, why)
    }
    const { audiences = [], expirationSeconds = defaultSeconds, boundObjectRef } = sent.spec ?? {}
    checkSpan(expirationSeconds)
    const spec = {
      audiences: audiences.length > 0 ? audiences : [...authority.audiences],
      expirationSeconds,
      ...(boundObjectRef && { boundObjectRef }),
    }
    const bound = boundObjectRef ? await boundTo(call, boundObjectRef) : {}
    const nowMs = call.server.parts.clock.now()
    const account = { name: call.name, uid: metadata.uid as string }
    const answer = {
      kind,
      apiVersion: `${group}/v1`,
      metadata: { ...sent.metadata, ...account, namespace: call.namespace, creationTimestamp: timeOf(nowMs) },
      spec,
      status: {
        token: authority.sign(claimsOf(call, authority, spec, account, bound)),
        expirationTimestamp: timeOf(nowMs + expirationSeconds * 1000),
      },
    }
    return answerWith(
      negotiate(call.request.headers, call.query),
      canonical(typeNamed(typeName), answer),
      201,
    )
  },
}

/** A request may name the account that it is for. @throws ApiError Invalid when it names another. */
function checkMeta({ name, namespace }: SubresourceCall, { metadata }: TokenRequest): void {
  const wrong = (field: string, value: string) =>
    invalidObject(group, kind, name, [
      invalid(`metadata.${field}`, value, `must match the service account ${field} if specified`),
    ])
  if ((metadata.name ?? '') !== '' && metadata.name !== name) throw wrong('name', metadata.name as string)
  if ((metadata.namespace ?? '') !== '' && metadata.namespace !== namespace) {
    throw wrong('namespace', metadata.namespace as string)
  }
}

function checkSpan(seconds: number): void {
  const path = 'spec.expirationSeconds'
  const errors: FieldError[] = []
  if (seconds < leastSeconds) {
    errors.push(invalid(path, seconds, 'may not specify a duration less than 10 minutes'))
  }
  if (seconds > 2 ** 32) {
    errors.push(invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds'))
  }
  if (errors.length > 0) throw invalidObject(group, kind, '', errors)
}

type Bound = Pick<AccountClaims['kubernetes.io'], 'pod' | 'secret' | 'node'>

const named = ({ metadata: { name = '', uid = '' } }: KubeObject): NamedObject => ({ name, uid })

type Binder = (call: SubresourceCall, name: string) => Promise<Bound>

/** What a token may be bound to: it ends with that object. */
const binders: Readonly<Record<string, Binder>> = {
  async Pod(call, name) {
    const pod = (await call.related('', 'pods', call.namespace, name)) as Podlike
    if (pod.spec?.serviceAccountName !== call.name) {
      throw badRequest(
        `cannot bind token for serviceaccount ${JSON.stringify(call.name)} to pod running with different serviceaccount name.`,
      )
    }
    const { nodeName = '' } = pod.spec
    if (nodeName === '') return { pod: named(pod) }
    const node = await call.related('', 'nodes', '', nodeName).then(named, () => ({ name: nodeName }))
    return { pod: named(pod), node }
  },
  Secret: async (call, name) => ({ secret: named(await call.related('', 'secrets', call.namespace, name)) }),
  Node: async (call, name) => ({ node: named(await call.related('', 'nodes', '', name)) }),
}

async function boundTo(call: SubresourceCall, ref: BoundObject): Promise<Bound> {
  const { kind: what = '', apiVersion = '', name = '', uid = '' } = ref
  const bind = apiVersion.includes('/') ? undefined : binders[what]
  if (bind === undefined) {
    const version = apiVersion.includes('/') || apiVersion === '' ? apiVersion || '/' : `/${apiVersion}`
    throw badRequest(`cannot bind token to object of type ${version}, Kind=${what}`)
  }
  const bound = await bind(call, name)
  const object = bound.pod ?? bound.secret ?? bound.node
  if (uid !== '' && uid !== object?.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`
    throw conflict({ group: '', resource: what }, name, why)
  }
  return bound
}

function claimsOf(
  { namespace, server }: SubresourceCall,
  { issuer, audiences }: TokenAuthority,
  spec: { readonly audiences: readonly string[]; readonly expirationSeconds: number },
  account: NamedObject,
  bound: Bound,
): AccountClaims {
  const { clock, random } = server.parts
  const seconds = Math.floor(clock.now() / 1000)
  const isMounted =
    bound.pod !== undefined &&
    spec.expirationSeconds === mountedSeconds &&
    spec.audiences.every((one) => audiences.includes(one))
  return {
    aud: spec.audiences,
    exp: seconds + (isMounted ? extendedSeconds : spec.expirationSeconds),
    iat: seconds,
    iss: issuer,
    jti: random.uuid(),
    'kubernetes.io': {
      namespace,
      ...bound,
      serviceaccount: account,
      ...(isMounted && { warnafter: seconds + spec.expirationSeconds }),
    },
    nbf: seconds,
    sub: `system:serviceaccount:${namespace}:${account.name}`,
  }
}
