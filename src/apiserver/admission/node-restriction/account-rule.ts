import { notFound } from '#base/errors'
import type { Pod } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import { type Asked, known, type NodeRule, quoted } from './asked.ts'
import { asksForAudience } from './audiences.ts'

interface TokenRequest extends KubeObject {
  readonly spec?: {
    readonly audiences?: readonly string[]
    readonly boundObjectRef?: {
      readonly kind?: string
      readonly apiVersion?: string
      readonly name?: string
      readonly uid?: string
    }
  }
}

/** Tokens of service accounts: a node gets those that pods on it use, bound to these pods. */
export const accountRule: NodeRule = (asked) => {
  const { admission, subresource } = asked
  if (admission.operation !== 'CREATE' || subresource !== 'token') return undefined
  return tokenFault(asked, admission.object as TokenRequest)
}

function tokenFault(asked: Asked, { spec }: TokenRequest): string | undefined | Promise<string | undefined> {
  const { apiVersion, kind, name = '', uid = '' } = spec?.boundObjectRef ?? {}
  const { core, info } = asked.admission.call
  if (apiVersion !== 'v1' || kind !== core.registry.inGroup('', 'pods')?.kind.kind || name === '') {
    return 'node requested token not bound to a pod'
  }
  if (uid === '') return 'node requested token with a pod binding without a uid'
  const pod = known(core, 'pods', info.namespace, name) as Pod | undefined
  if (pod === undefined) throw notFound({ group: '', resource: 'pods' }, name)
  if (uid !== pod.metadata.uid) {
    return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`
  }
  if (pod.spec?.nodeName !== asked.node) {
    return 'node requested token bound to a pod scheduled on a different node'
  }
  return audienceFault(asked, pod, spec?.audiences ?? [])
}

/** A pod's tokens are for whom its volumes name; others take a right of their own. */
async function audienceFault(
  { admission, name }: Asked,
  pod: Pod,
  [audience = '', ...others]: readonly string[],
): Promise<string | undefined> {
  const { core, info, user } = admission.call
  if (others.length > 0) return 'node may only request 0 or 1 audiences'
  if (user === undefined || asksForAudience(core, pod, audience)) return undefined
  const { decision } = await core.authorizer.authorize({
    user,
    verb: 'request-serviceaccounts-token-audience',
    isResource: true,
    group: '',
    version: 'v1',
    namespace: info.namespace,
    resource: audience,
    subresource: '',
    name,
    path: '',
  })
  if (decision === 'allow') return undefined
  return `audience ${quoted(audience)} not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`
}
