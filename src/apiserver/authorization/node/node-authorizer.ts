import type { ObjectName } from '#kinds/define'
import type { User } from '../../chain/filter.ts'
import { nodeRules } from '../bootstrap/node-rules.ts'
import { type Access, type Authorizer, noOpinion, noRules, type Verdict } from '../contract.ts'
import { ruleAllows, ruleOf } from '../rbac/rule.ts'
import type { NodeGraph } from './node-graph.ts'

const prefix = 'system:node:'
const nodesGroup = 'system:nodes'
const leaseNamespace = 'kube-node-lease'
const staticRules = nodeRules.map(ruleOf)

const allowed: Verdict = { decision: 'allow', reason: '' }
const no = (reason: string): Verdict => ({ decision: 'none', reason })

/** The node that a user is; empty for a node without a name, undefined for somebody else. */
export function nodeNameOf({ name, groups }: User): string | undefined {
  return name.startsWith(prefix) && groups.includes(nodesGroup) ? name.slice(prefix.length) : undefined
}

/** Allows kubelets what they need for the pods that are bound to their node, and no more. */
export const nodeAuthorizer = (graph: Pick<NodeGraph, 'leads'>): Authorizer => ({
  authorize(access) {
    const node = nodeNameOf(access.user)
    if (node === undefined) return noOpinion
    if (node === '') return no(`unknown node for user ${JSON.stringify(access.user.name)}`)
    const judge = access.isResource ? judges[`${access.group}/${access.resource}`] : undefined
    if (judge) return judge({ access, node, graph })
    return staticRules.some((rule) => ruleAllows(rule, access)) ? allowed : noOpinion
  },
  rulesFor: (user) =>
    nodeNameOf(user) === undefined
      ? noRules
      : { ...noRules, incomplete: true, errors: ['node authorizer does not support user rule resolution'] },
})

interface Question {
  readonly access: Access
  readonly node: string
  readonly graph: Pick<NodeGraph, 'leads'>
}

type Judge = (question: Question) => Verdict

const readVerbs = ['get', 'list', 'watch']
const ownVerbs = ['get', 'create', 'update', 'patch', 'delete']

const objectOf = ({ group, resource, namespace, name }: Access): ObjectName => ({
  group,
  plural: resource,
  namespace,
  name,
})

function related({ access, node, graph }: Question): Verdict {
  if (access.name === '') return no('No Object name found')
  if (graph.leads(objectOf(access), node)) return allowed
  return no(`no relationship found between node '${node}' and this object`)
}

const getOne: Judge = (question) => {
  const { verb, subresource } = question.access
  if (verb !== 'get') return no('can only get individual resources of this type')
  if (subresource !== '') return no('cannot get subresource')
  return related(question)
}

const readOne: Judge = (question) => {
  const { verb, subresource, namespace } = question.access
  if (!readVerbs.includes(verb)) return no('can only read resources of this type')
  if (subresource !== '') return no('cannot read subresource')
  if (namespace === '') return no('can only read namespaced object of this type')
  return related(question)
}

const claim: Judge = (question) => {
  const { verb, subresource } = question.access
  if (subresource !== 'status') return getOne(question)
  return verb === 'update' || verb === 'patch' ? related(question) : no('can only get/update/patch this type')
}

const account: Judge = ({ access, node, graph }) => {
  if (access.verb !== 'create' || access.name === '') {
    return no('can only create tokens for individual service accounts')
  }
  if (access.subresource !== 'token') return no('can only create token subresource of serviceaccount')
  return related({ access, node, graph })
}

const lease: Judge = ({ access, node }) => {
  const { verb, namespace, name } = access
  if (!ownVerbs.includes(verb)) return no('can only get, create, update, patch, or delete a node lease')
  if (namespace !== leaseNamespace) {
    return no(`can only access leases in the ${JSON.stringify(leaseNamespace)} system namespace`)
  }
  // Who creates has not named it yet: admission sees to that.
  if (verb === 'create' || name === node) return allowed
  return no('can only access node lease with the same name as the requesting node')
}

const csiNode: Judge = ({ access, node }) => {
  const { verb, subresource, name } = access
  if (!ownVerbs.includes(verb)) return no('can only get, create, update, patch, or delete a CSINode')
  if (subresource !== '') return no('cannot authorize CSINode subresources')
  if (verb === 'create' || name === node) return allowed
  return no('can only access CSINode with the same name as the requesting node')
}

/** Whether a list is narrowed to what has one value in a field. */
const narrowedTo = ({ fields = [] }: Access, wanted: string, value: string) =>
  fields.some(({ field, operator, value: is }) => field === wanted && operator === '=' && is === value)

const slice: Judge = (question) => {
  const { access, node } = question
  if (access.subresource !== '') return no('cannot authorize ResourceSlice subresources')
  if (access.verb === 'create') return allowed
  if (ownVerbs.includes(access.verb)) return related(question)
  if (!['watch', 'list', 'deletecollection'].includes(access.verb)) {
    return no(
      'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
    )
  }
  if (narrowedTo(access, 'spec.nodeName', node)) return allowed
  return no('can only list/watch/deletecollection resourceslices with nodeName field selector')
}

/** Its own object alone; writing others is for admission to refuse. */
const nodeObject: Judge = ({ access: { verb, subresource, name }, node }) => {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allowed : noOpinion
  if (subresource !== '') return noOpinion
  if (['create', 'update', 'patch'].includes(verb)) return allowed
  if (!readVerbs.includes(verb)) return noOpinion
  if (name === node) return allowed
  if (name === '') return no(`node '${node}' cannot read all nodes, only its own Node object`)
  return no(`node '${node}' cannot read '${name}', only its own Node object`)
}

const podObject: Judge = (question) => {
  const { verb, subresource, name } = question.access
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allowed : noOpinion
  if (subresource === 'eviction') return verb === 'create' ? allowed : noOpinion
  if (subresource !== '') return noOpinion
  if (verb === 'get') return getOne(question)
  if (verb === 'create' || verb === 'delete') return allowed
  if (verb !== 'list' && verb !== 'watch') return noOpinion
  if (narrowedTo(question.access, 'spec.nodeName', question.node)) return allowed
  if (name !== '') return related(question)
  return no('can only list/watch pods with spec.nodeName field selector')
}

/** Resources of which nodes see a part. */
const judges: Readonly<Record<string, Judge>> = {
  '/configmaps': readOne,
  '/secrets': readOne,
  '/persistentvolumeclaims': claim,
  '/persistentvolumes': getOne,
  '/serviceaccounts': account,
  '/nodes': nodeObject,
  '/pods': podObject,
  'coordination.k8s.io/leases': lease,
  'resource.k8s.io/resourceclaims': getOne,
  'resource.k8s.io/resourceslices': slice,
  'storage.k8s.io/csinodes': csiNode,
  'storage.k8s.io/volumeattachments': getOne,
}
